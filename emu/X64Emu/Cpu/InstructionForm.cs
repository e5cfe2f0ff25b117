using Iced.Intel;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu;

/// <summary>What becomes of a form of an instruction in 64-bit mode.</summary>
public enum InstructionStatus
{
    /// <summary>It runs.</summary>
    Implemented,

    /// <summary>It runs at privilege level 0 and raises #GP in programs.</summary>
    Privileged,

    /// <summary>It raises #UD, or is decoded as something else: the processor does not have its feature and CPUID does not tell of it.</summary>
    NotAdvertised,

    /// <summary>It raises #UD although CPUID tells of its feature.</summary>
    Missing,
}

/// <summary>How an instruction is executed.</summary>
public enum HandlerKind
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>By a handler of its own that goes on to the next instruction by a jump, with the usual memory access inline.</summary>
    Direct,

    /// <summary>By the path for rare and large instructions: a call, and every memory access translated with all checks.</summary>
    Generic,
}

/// <summary>One form of an instruction, as the manuals list them.</summary>
/// <param name="Code">Iced's name for it, such as <c>Add_rm64_imm8</c>.</param>
/// <param name="Syntax">The manuals' notation, such as <c>ADD r/m64, imm8</c>.</param>
/// <param name="Features">The CPUID features that bring it, joined by <c>+</c>, such as <c>X64</c> or <c>SSE2</c>.</param>
/// <param name="Status">What becomes of it.</param>
/// <param name="Handler">How it is executed.</param>
public sealed record InstructionForm(string Code, string Syntax, string Features, InstructionStatus Status, HandlerKind Handler)
{
    /// <summary>Every form of 64-bit mode that the decoder knows, in the manuals' order of encodings, for a processor of a level.</summary>
    public static IReadOnlyList<InstructionForm> All(CpuLevel level)
    {
        CpuModel model = CpuModel.Of(level);
        List<InstructionForm> forms = [];
        foreach (Code code in Enum.GetValues<Code>())
        {
            OpCodeInfo opCode = code.ToOpCode();
            if (!opCode.IsInstruction || !opCode.Mode64) continue;
            string features = string.Join('+', code.CpuidFeatures().Select(feature => feature.ToString().ToUpperInvariant()));
            InstructionStatus status = StatusOf(code, opCode, model);
            bool runs = status is InstructionStatus.Implemented or InstructionStatus.Privileged;
            HandlerKind handler = runs ? InstructionTable.Instance[opCode.Fwait ? Iced.Intel.Code.Wait : code]!.Kind : HandlerKind.None;
            forms.Add(new InstructionForm(code.ToString(), opCode.ToInstructionString(), features, status, handler));
        }
        return forms;
    }

    private static InstructionStatus StatusOf(Code code, OpCodeInfo opCode, CpuModel model)
    {
        // Forms of other vendors' decoders are not decoded; those with FWAIT in front are two instructions.
        if (!model.Allows(code) || !opCode.AmdDecoder64) return InstructionStatus.NotAdvertised;
        if (InstructionTable.Instance[code] is null && !opCode.Fwait) return model.Allows(code) ? InstructionStatus.Missing : InstructionStatus.NotAdvertised;
        return opCode.IsPrivileged ? InstructionStatus.Privileged : InstructionStatus.Implemented;
    }
}
