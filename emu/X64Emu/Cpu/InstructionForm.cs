using Iced.Intel;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu;

/// <summary>One form of an instruction, as the manuals list them.</summary>
/// <param name="Code">Iced's name for it, such as <c>Add_rm64_imm8</c>.</param>
/// <param name="Syntax">The manuals' notation, such as <c>ADD r/m64, imm8</c>.</param>
/// <param name="Features">The CPUID features that bring it, joined by <c>+</c>, such as <c>X64</c> or <c>SSE2</c>.</param>
/// <param name="IsImplemented">False when it raises #UD here.</param>
public sealed record InstructionForm(string Code, string Syntax, string Features, bool IsImplemented)
{
    /// <summary>Every form that the decoder knows, in the manuals' order of encodings.</summary>
    public static IReadOnlyList<InstructionForm> All()
    {
        List<InstructionForm> forms = [];
        foreach (Code code in Enum.GetValues<Code>())
        {
            OpCodeInfo opCode = code.ToOpCode();
            if (!opCode.IsInstruction || (!opCode.Mode32 && !opCode.Mode64)) continue;
            string features = string.Join('+', code.CpuidFeatures().Select(feature => feature.ToString().ToUpperInvariant()));
            forms.Add(new InstructionForm(code.ToString(), opCode.ToInstructionString(), features, InstructionTable.Instance[code] is not null));
        }
        return forms;
    }
}
