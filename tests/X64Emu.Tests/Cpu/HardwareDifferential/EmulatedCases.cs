using X64Emu.Cpu;
using X64Emu.Cpu.Instructions.X87;
using X64Emu.Primitives;

namespace X64Emu.Tests.Cpu.HardwareDifferential;

/// <summary>A machine in user mode with the memory of <see cref="CaseMemory"/> that runs cases as <see cref="HardwareProcess"/> does.</summary>
internal sealed unsafe class EmulatedCases : IDisposable
{
    private const long MostInstructions = 1_000_000;
    private static readonly SegmentName[] selectors = [SegmentName.Ds, SegmentName.Es, SegmentName.Fs, SegmentName.Gs];
    private readonly Machine machine;
    private readonly UserAddressSpace space;
    private readonly byte* data;
    private readonly byte[] expected = new byte[CaseMemory.DataBytes];

    public EmulatedCases(ProcessorOptions? options = null)
    {
        machine = new Machine(new MachineOptions { MemoryBytes = 16 << 20, Processor = options ?? new() });
        space = machine.EnterUserMode();
        space.Map(new(CaseMemory.Code), CaseMemory.CodeBytes, PageRights.Execute);
        space.Map(new(CaseMemory.Data), CaseMemory.DataBytes, PageRights.Write);
        space.Map(new(CaseMemory.Constants), CaseMemory.ConstantsBytes, PageRights.Read);
        // The frames were taken one behind the other, so the pages are neighbours in RAM too.
        data = FramePointer(CaseMemory.Data);
        if (FramePointer(CaseMemory.Data + 0x1000) != data + 0x1000) throw new InvalidOperationException("the data pages are not neighbours");
        EmulatedDescriptors.Install(machine, space);
        machine.Processor.Registers.Cr0 |= SystemRegisters.Cr0AlignmentMask;
        ClearSelectors();
        machine.Processor.ExceptionHook = _ => HookResult.Stop;
    }

    /// <summary>Takes over what the batch's memory holds.</summary>
    public void Load(ReadOnlySpan<byte> code, ReadOnlySpan<byte> dataBytes, ReadOnlySpan<byte> constants)
    {
        space.Write(new(CaseMemory.Code), code);
        space.Write(new(CaseMemory.Constants), constants);
        dataBytes.CopyTo(expected);
        dataBytes.CopyTo(Data);
    }

    /// <summary>Runs one case. Returns what went wrong with the run itself, or null.</summary>
    public string? Run(CaseInput* input, CaseOutcome* outcome)
    {
        Span<byte> pristine0 = stackalloc byte[(int)input->PatchLength[0]], pristine1 = stackalloc byte[(int)input->PatchLength[1]];
        ApplyPatch(input, 0, input->Patch, pristine0);
        ApplyPatch(input, 1, input->Patch + input->PatchLength[0], pristine1);
        LoadRegisters(input);
        StopReason reason = machine.Processor.Run(MostInstructions);
        StoreRegisters(outcome);
        FindChanges(outcome);
        pristine1.CopyTo(expected.AsSpan((int)input->PatchOffset[1]));
        pristine0.CopyTo(expected.AsSpan((int)input->PatchOffset[0]));
        expected.CopyTo(Data);
        if (reason != StopReason.Exception) return $"the emulator stopped because of {reason}";
        ExceptionInfo exception = machine.Processor.LastException!.Value;
        outcome->Vector = (uint)exception.Vector;
        outcome->ErrorCode = exception.ErrorCode;
        outcome->Cr2 = exception.Address.Value;
        return null;
    }

    private Span<byte> Data => new(data, CaseMemory.DataBytes);

    private byte* FramePointer(ulong address) =>
        machine.Processor.TryTranslate(new(address), out PhysicalAddress physical)
            ? machine.Ram.TryGetPointer(physical.Value, 4096)
            : throw new InvalidOperationException("a page of the cases is not mapped");

    private void ApplyPatch(CaseInput* input, int number, byte* bytes, Span<byte> pristine)
    {
        int offset = (int)input->PatchOffset[number];
        expected.AsSpan(offset, pristine.Length).CopyTo(pristine);
        new ReadOnlySpan<byte>(bytes, pristine.Length).CopyTo(expected.AsSpan(offset));
        new ReadOnlySpan<byte>(bytes, pristine.Length).CopyTo(Data[offset..]);
    }

    /// <summary>Linux starts programs with no selectors but those of code and stack.</summary>
    private void ClearSelectors()
    {
        foreach (SegmentName name in selectors) machine.Processor.Registers.SetSegment(name, default);
    }

    private void LoadRegisters(CaseInput* input)
    {
        CpuState* c = machine.Processor.State;
        for (int number = 0; number < 16; number++) c->Gpr[number] = input->Registers[number];
        c->Rip = input->Rip;
        machine.Processor.Registers.RFlags = input->Flags;
        machine.Processor.Registers.FsBase = new(input->FsBase);
        machine.Processor.Registers.GsBase = new(input->GsBase);
        byte* xsave = input->Xsave;
        c->X87Control = *(ushort*)(xsave + XsaveLayout.Control);
        c->X87Status = *(ushort*)(xsave + XsaveLayout.Status);
        c->X87Tag = xsave[XsaveLayout.Tag];
        c->X87Opcode = *(ushort*)(xsave + XsaveLayout.Opcode);
        c->X87InstructionPointer = *(ulong*)(xsave + XsaveLayout.InstructionPointer);
        c->X87DataPointer = *(ulong*)(xsave + XsaveLayout.DataPointer);
        c->X87InstructionSelector = c->X87DataSelector = 0;
        c->Mxcsr = *(uint*)(xsave + XsaveLayout.Mxcsr);
        for (int index = 0; index < 8; index++)
        {
            byte* register = X87State.Stack(c, index), image = xsave + XsaveLayout.Stack + 16 * index;
            *(ulong*)register = *(ulong*)image;
            *(ushort*)(register + 8) = *(ushort*)(image + 8);
        }
        for (int number = 0; number < 16; number++)
        {
            UInt128* register = Vector(c, number);
            register[0] = *(UInt128*)(xsave + XsaveLayout.Xmm + 16 * number);
            register[1] = *(UInt128*)(xsave + XsaveLayout.YmmHigh + 16 * number);
        }
    }

    private void StoreRegisters(CaseOutcome* outcome)
    {
        CpuState* c = machine.Processor.State;
        for (int number = 0; number < 16; number++) outcome->Registers[number] = c->Gpr[number];
        outcome->Rip = c->Rip;
        outcome->Flags = machine.Processor.Registers.RFlags;
        outcome->FsBase = machine.Processor.Registers.FsBase.Value;
        outcome->GsBase = machine.Processor.Registers.GsBase.Value;
        int anySelector = 0;
        for (int index = 0; index < selectors.Length; index++)
        {
            ushort selector = machine.Processor.Registers.GetSegment(selectors[index]).Selector;
            // The host's kernel returns by IRET, which makes every null selector 0.
            outcome->Selectors[index] = (ushort)(selector < 4 ? 0 : selector);
            anySelector |= selector;
        }
        if (anySelector != 0) ClearSelectors();
        byte* xsave = outcome->Xsave;
        *(ushort*)(xsave + XsaveLayout.Control) = c->X87Control;
        *(ushort*)(xsave + XsaveLayout.Status) = c->X87Status;
        *(ushort*)(xsave + XsaveLayout.Tag) = c->X87Tag;
        *(ushort*)(xsave + XsaveLayout.Opcode) = c->X87Opcode;
        *(ulong*)(xsave + XsaveLayout.InstructionPointer) = c->X87InstructionPointer;
        *(ulong*)(xsave + XsaveLayout.DataPointer) = c->X87DataPointer;
        *(uint*)(xsave + XsaveLayout.Mxcsr) = c->Mxcsr;
        OutcomeComparison.ShowX87Pointers(xsave);
        for (int index = 0; index < 8; index++)
        {
            byte* register = X87State.Stack(c, index), image = xsave + XsaveLayout.Stack + 16 * index;
            *(ulong*)image = *(ulong*)register;
            *(ulong*)(image + 8) = *(ushort*)(register + 8);
        }
        for (int number = 0; number < 16; number++)
        {
            UInt128* register = Vector(c, number);
            *(UInt128*)(xsave + XsaveLayout.Xmm + 16 * number) = register[0];
            *(UInt128*)(xsave + XsaveLayout.YmmHigh + 16 * number) = register[1];
        }
    }

    /// <summary>Finds what case-runner.c finds, in the same order and with the same hash.</summary>
    private void FindChanges(CaseOutcome* outcome)
    {
        ulong hash = 0;
        uint count = 0;
        int offset = 0;
        while (true)
        {
            offset += Data[offset..].CommonPrefixLength(expected.AsSpan(offset));
            if (offset >= CaseMemory.DataBytes) break;
            offset &= ~7;
            ulong value = *(ulong*)(data + offset);
            hash = (hash ^ (ulong)offset / 8) * 0x9e37_79b9_7f4a_7c15;
            hash = ((hash ^ hash >> 29) + value) * 0x9e37_79b9_7f4a_7c15;
            if (count < CaseOutcome.MaxChanges)
            {
                outcome->Changes[2 * count] = (ulong)offset;
                outcome->Changes[2 * count + 1] = value;
            }
            count++;
            offset += 8;
        }
        outcome->ChangeCount = count;
        outcome->Hash = hash;
    }

    private static UInt128* Vector(CpuState* c, int number) => (UInt128*)((byte*)c + CpuState.XmmOffset + number * CpuState.XmmStride);

    public void Dispose() => machine.Dispose();
}
