using Iced.Intel;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu.Instructions;

/// <summary>CLC, STC, CMC, CLD, STD, LAHF, SAHF and SALC.</summary>
internal static unsafe class FlagShapes
{
    /// <summary>The flags that LAHF and SAHF move through AH.</summary>
    private const ulong Low = LazyFlags.Sign | LazyFlags.Zero | LazyFlags.Adjust | LazyFlags.Parity | LazyFlags.Carry;

    public static void ClearCarry(CpuState* c, Op* o)
    {
        LazyFlags.Update(c, LazyFlags.Carry, 0);
        Chain.Next(c, o);
    }

    public static void SetCarry(CpuState* c, Op* o)
    {
        LazyFlags.Update(c, LazyFlags.Carry, LazyFlags.Carry);
        Chain.Next(c, o);
    }

    public static void ComplementCarry(CpuState* c, Op* o)
    {
        LazyFlags.SetExplicit(c, LazyFlags.All(c) ^ LazyFlags.Carry);
        Chain.Next(c, o);
    }

    public static void ClearDirection(CpuState* c, Op* o)
    {
        c->SystemFlags &= ~RFlags.Direction;
        Chain.Next(c, o);
    }

    public static void SetDirection(CpuState* c, Op* o)
    {
        c->SystemFlags |= RFlags.Direction;
        Chain.Next(c, o);
    }

    public static void LoadFlags(CpuState* c, Op* o)
    {
        *((byte*)c + 1) = (byte)(LazyFlags.All(c) & Low | RFlags.Fixed);
        Chain.Next(c, o);
    }

    public static void StoreFlags(CpuState* c, Op* o)
    {
        LazyFlags.Update(c, Low, *((byte*)c + 1));
        Chain.Next(c, o);
    }

    /// <summary>SALC, undocumented: AL is all ones with CF set, else 0.</summary>
    public static void SetFromCarry(CpuState* c, Op* o)
    {
        *(byte*)c = LazyFlags.IsCarry(c) ? byte.MaxValue : (byte)0;
        Chain.Next(c, o);
    }
}

/// <summary>PUSHF: RF and VM read as 0 in the pushed image.</summary>
internal readonly unsafe struct PushFlags<TSize> : IComplexInstruction where TSize : struct, IOperandSize
{
    public static bool Execute(CpuState* c, Op* o) =>
        StackAccess.Push<TSize>(c, (LazyFlags.All(c) | c->SystemFlags) & ~(RFlags.Resume | RFlags.Virtual8086));
}

/// <summary>POPF: IOPL changes at CPL 0 only, IF where CPL is at most IOPL; RF is cleared (Intel SDM Vol. 2, "POPF", table 4-16).</summary>
internal readonly unsafe struct PopFlags<TSize> : IComplexInstruction where TSize : struct, IOperandSize
{
    private const int IoPrivilegeShift = 12;

    public static bool Execute(CpuState* c, Op* o)
    {
        if (!StackAccess.Pop<TSize>(c, out ulong value)) return false;
        ulong changed = RFlags.Trap | RFlags.Direction | RFlags.NestedTask;
        if (TSize.Bytes > 2) changed |= RFlags.AlignmentCheck | RFlags.Identification;
        if (c->Cpl == 0) changed |= RFlags.IoPrivilege;
        if (c->Cpl <= (c->SystemFlags & RFlags.IoPrivilege) >> IoPrivilegeShift) changed |= RFlags.Interrupt;
        LazyFlags.SetExplicit(c, value);
        c->SystemFlags = (c->SystemFlags & ~changed | value & changed) & ~RFlags.Resume;
        Processor.Of(c).PrivilegeChanged();
        return true;
    }
}

internal static unsafe class FlagInstructions
{
    public static void Register(InstructionTable table)
    {
        table.Add(new FixedBinder(Handler.Of(&FlagShapes.ClearCarry)), Mnemonic.Clc);
        table.Add(new FixedBinder(Handler.Of(&FlagShapes.SetCarry)), Mnemonic.Stc);
        table.Add(new FixedBinder(Handler.Of(&FlagShapes.ComplementCarry)), Mnemonic.Cmc);
        table.Add(new FixedBinder(Handler.Of(&FlagShapes.ClearDirection)), Mnemonic.Cld);
        table.Add(new FixedBinder(Handler.Of(&FlagShapes.SetDirection)), Mnemonic.Std);
        table.Add(new FixedBinder(Handler.Of(&FlagShapes.LoadFlags)), Mnemonic.Lahf);
        table.Add(new FixedBinder(Handler.Of(&FlagShapes.StoreFlags)), Mnemonic.Sahf);
        table.Add(new FixedBinder(Handler.Of(&FlagShapes.SetFromCarry)), Mnemonic.Salc);
        table.Add(new ComplexBinder<PushFlags<Size16>>(Ending.Next), Code.Pushfw);
        table.Add(new ComplexBinder<PushFlags<Size32>>(Ending.Next), Code.Pushfd);
        table.Add(new ComplexBinder<PushFlags<Size64>>(Ending.Next), Code.Pushfq);
        table.Add(new ComplexBinder<PopFlags<Size16>>(Ending.Leave), Code.Popfw);
        table.Add(new ComplexBinder<PopFlags<Size32>>(Ending.Leave), Code.Popfd);
        table.Add(new ComplexBinder<PopFlags<Size64>>(Ending.Leave), Code.Popfq);
    }
}
