using Iced.Intel;
using X64Emu.Cpu;

namespace X64Emu.Tests.Cpu.HardwareDifferential;

/// <summary>Makes the state that a case begins with: random registers of all kinds, and operands where the instruction looks for them.</summary>
internal sealed unsafe class CaseStates(CaseRandom random)
{
    private const ulong ArithmeticFlags = 0x8d5, Direction = 0x400, AlignmentCheck = 0x4_0000, AlwaysSet = 0x202;
    private const int PatchedBytes = 64;
    private readonly InterestingValues values = new(random);
    private readonly Targets targets = new(random);
    private readonly OperandPlacement placement = new(random);
    private readonly OperandContents contents = new(random);

    /// <summary>What memory holds before the patches of each case.</summary>
    public void FillMemory(Span<byte> memory)
    {
        random.Fill(memory);
        for (int start = 0; start < memory.Length; start += 256)
            values.Fill(memory.Slice(start, 256), (ElementKind)random.Below((int)ElementKind.AnyBits + 1));
    }

    /// <summary>Fills in the state for a case.</summary>
    public void Fill(CaseInput* input, CaseCode code)
    {
        Instruction instruction = code.Instruction;
        ElementKind kind = InterestingValues.KindOf(instruction.MemorySize);
        FillRegisters(input, random.OneIn(3) ? AnyKind() : kind);
        input->Rip = code.Address;
        if (!instruction.IsInvalid)
        {
            contents.PrepareRegisters(input, instruction);
            ulong target = placement.Place(input, instruction, code.Target);
            PatchMemory(input, instruction, target, kind);
        }
    }

    /// <summary>Fills in the state for a sequence, whose memory operands are reached through two registers.</summary>
    public void FillForSequence(CaseInput* input, ulong address)
    {
        FillRegisters(input, AnyKind());
        input->Rip = address;
        input->Registers[(int)SequenceCodes.AddressRegister] = CaseMemory.Data + 0x1000 + (ulong)(16 * random.Between(-100, 100));
        input->Registers[(int)SequenceCodes.IndexRegister] = (ulong)(16 * random.Between(-8, 8));
        input->Registers[(int)GeneralRegister.Rsp] = CaseMemory.Data + 0x1000 + (ulong)(8 * random.Between(-100, 100));
        *(uint*)(input->Xsave + XsaveLayout.Mxcsr) |= 0x1f80;
        *(ushort*)(input->Xsave + XsaveLayout.Control) |= 0x3f;
        *(ushort*)(input->Xsave + XsaveLayout.Status) &= 0x7f7f;
        input->Flags &= ~AlignmentCheck;
        PatchMemory(input, default, targets.Inside(PatchedBytes), AnyKind());
    }

    private ElementKind AnyKind() => (ElementKind)random.Below((int)ElementKind.AnyBits + 1);

    private void FillRegisters(CaseInput* input, ElementKind kind)
    {
        values.StartCase();
        for (int number = 0; number < 16; number++) input->Registers[number] = values.Integer();
        input->Registers[(int)GeneralRegister.Rsp] = targets.Inside(8);
        input->Flags = random.Next() & ArithmeticFlags | AlwaysSet;
        if (random.OneIn(4)) input->Flags |= Direction;
        if (random.OneIn(10)) input->Flags |= AlignmentCheck;
        input->FsBase = Base();
        input->GsBase = Base();
        FillX87(input->Xsave);
        FillVectors(input->Xsave, kind);
    }

    private ulong Base() => random.OneIn(2) ? CaseMemory.Data : random.Next() & 0x7fff_ffff_ffff;

    private void FillX87(byte* xsave)
    {
        int control = random.OneIn(2) ? 0x3f : random.Below(64), status = random.OneIn(72) ? random.Below(0x80) : random.Below(2) * random.Below(0x80) & control;
        control |= 0x40 | (random.OneIn(2) ? 3 : random.Below(4)) << 8 | (random.OneIn(2) ? 0 : random.Below(4)) << 10 | random.Below(2) << 12;
        if ((status & ~control & 0x3f) != 0) status |= 0x8080;
        else if ((status & 0x3f) == 0) status &= ~0x40;
        status |= random.Below(8) << 11 | (random.Below(16) & 7) << 8 | random.Below(2) << 14;
        *(ushort*)(xsave + XsaveLayout.Control) = (ushort)control;
        *(ushort*)(xsave + XsaveLayout.Status) = (ushort)status;
        xsave[XsaveLayout.Tag] = random.Below(3) switch { 0 => 0xff, 1 => (byte)(random.Next() | random.Next()), _ => (byte)random.Next() };
        // Without a pending exception the pointers would be lost whenever the host's kernel runs another program in between.
        *(ushort*)(xsave + XsaveLayout.Opcode) = (ushort)random.Below(0x800);
        *(ulong*)(xsave + XsaveLayout.InstructionPointer) = random.Next() & 0x7fff_ffff_ffff;
        *(ulong*)(xsave + XsaveLayout.DataPointer) = random.Next() & 0x7fff_ffff_ffff;
        OutcomeComparison.ShowX87Pointers(xsave);
        for (int index = 0; index < 8; index++)
        {
            byte* register = xsave + XsaveLayout.Stack + 16 * index;
            if (random.OneIn(8)) random.Fill(new Span<byte>(register, 10));
            else values.Extended(new Span<byte>(register, 10));
            *(ushort*)(register + 10) = 0;
            *(uint*)(register + 12) = 0;
        }
    }

    private void FillVectors(byte* xsave, ElementKind kind)
    {
        uint mxcsr = (uint)(random.OneIn(4) ? random.Below(64) << 7 : 0x1f80) | (uint)(random.OneIn(2) ? 0 : random.Below(4) << 13);
        if (random.OneIn(6)) mxcsr |= 0x40;
        if (random.OneIn(6)) mxcsr |= 0x8000;
        if (random.OneIn(4)) mxcsr |= (uint)random.Below(64);
        *(uint*)(xsave + XsaveLayout.Mxcsr) = mxcsr;
        values.Fill(new Span<byte>(xsave + XsaveLayout.Xmm, 256), kind);
        values.Fill(new Span<byte>(xsave + XsaveLayout.YmmHigh, 256), kind);
        // Operands that are equal, or nearly, matter to comparisons and subtractions.
        if (!random.OneIn(4)) return;
        UInt128* from = (UInt128*)(xsave + XsaveLayout.Xmm + 16 * random.Below(16));
        for (int number = 0; number < 16; number++)
        {
            if (random.OneIn(2)) *(UInt128*)(xsave + XsaveLayout.Xmm + 16 * number) = *from;
        }
    }

    /// <summary>Gives the operand at an address bytes that matter, as far as it lies in the writable pages.</summary>
    private void PatchMemory(CaseInput* input, in Instruction instruction, ulong target, ElementKind kind)
    {
        int length = OperandContents.LengthOf(instruction) is > PatchedBytes and int large ? large : PatchedBytes;
        Span<byte> bytes = stackalloc byte[length];
        values.Fill(bytes, kind);
        contents.PrepareMemory(input, instruction, target, bytes);
        input->PatchOffset[0] = input->PatchOffset[1] = input->PatchLength[0] = input->PatchLength[1] = 0;
        long from = (long)(target - CaseMemory.Data), first = Math.Max(from, 0), last = Math.Min(from + length, CaseMemory.DataBytes);
        if (from < -length || first >= last) return;
        input->PatchOffset[0] = (uint)first;
        input->PatchLength[0] = (uint)(last - first);
        bytes.Slice((int)(first - from), (int)(last - first)).CopyTo(new Span<byte>(input->Patch, CaseInput.PatchBytes));
    }
}
