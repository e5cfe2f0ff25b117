using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Primitives;

namespace X64Emu.Cpu.Instructions;

// Instructions that exist outside 64-bit mode only: decimal arithmetic, BOUND and ARPL.

/// <summary>DAA and DAS: make AL two decimal digits after an addition or subtraction.</summary>
internal static unsafe class DecimalShapes
{
    public static void AfterAddition(CpuState* c, Op* o)
    {
        byte old = *(byte*)c;
        bool low = (old & 0xf) > 9 || LazyFlags.IsAdjust(c), high = old > 0x99 || LazyFlags.IsCarry(c);
        SetDecimal(c, (byte)(old + (low ? 6 : 0) + (high ? 0x60 : 0)), low, high);
        Chain.Next(c, o);
    }

    public static void AfterSubtraction(CpuState* c, Op* o)
    {
        byte old = *(byte*)c;
        bool low = (old & 0xf) > 9 || LazyFlags.IsAdjust(c), high = old > 0x99 || LazyFlags.IsCarry(c);
        SetDecimal(c, (byte)(old - (low ? 6 : 0) - (high ? 0x60 : 0)), low, high || (low && old < 6));
        Chain.Next(c, o);
    }

    /// <summary>AAA: makes AL one decimal digit and carries into AH.</summary>
    public static void AsciiAfterAddition(CpuState* c, Op* o)
    {
        bool adjust = (*(byte*)c & 0xf) > 9 || LazyFlags.IsAdjust(c);
        if (adjust) *(ushort*)c += 0x106;
        SetAscii(c, adjust);
        Chain.Next(c, o);
    }

    /// <summary>AAS: the same with a borrow from AH.</summary>
    public static void AsciiAfterSubtraction(CpuState* c, Op* o)
    {
        bool adjust = (*(byte*)c & 0xf) > 9 || LazyFlags.IsAdjust(c);
        if (adjust) *(ushort*)c -= 0x106;
        SetAscii(c, adjust);
        Chain.Next(c, o);
    }

    /// <summary>AAD: two digits, AH and AL, to a number in AL. The base is the constant, usually 10.</summary>
    public static void AsciiBeforeDivision(CpuState* c, Op* o)
    {
        byte result = (byte)(*(byte*)c + *((byte*)c + 1) * (int)o->Immediate);
        *(ushort*)c = result;
        LazyFlags.Set<Size8>(c, FlagsKind.Logic, result, 0);
        Chain.Next(c, o);
    }

    private static void SetDecimal(CpuState* c, byte result, bool adjust, bool carry)
    {
        *(byte*)c = result;
        LazyFlags.SetRaw<Size8>(c, FlagsKind.CarryOverflow, result, (adjust ? LazyFlags.Adjust : 0) | (carry ? LazyFlags.Carry : 0));
    }

    private static void SetAscii(CpuState* c, bool adjust)
    {
        *(byte*)c &= 0xf;
        LazyFlags.Update(c, LazyFlags.Adjust | LazyFlags.Carry, adjust ? LazyFlags.Adjust | LazyFlags.Carry : 0);
    }
}

/// <summary>AAM: a number in AL to two digits in AH and AL; #DE for base 0.</summary>
internal readonly unsafe struct AsciiAfterMultiplication : IComplexInstruction
{
    public static bool Execute(CpuState* c, Op* o)
    {
        int number = *(byte*)c, radix = (byte)o->Immediate;
        if (radix == 0) return Faults.Raise(c, ExceptionVector.DivideError);
        *((byte*)c + 1) = (byte)(number / radix);
        *(byte*)c = (byte)(number % radix);
        LazyFlags.Set<Size8>(c, FlagsKind.Logic, *(byte*)c, 0);
        return true;
    }
}

/// <summary>BOUND: #BR unless a signed index lies between two bounds in memory.</summary>
internal readonly unsafe struct CheckBounds<TSize> : IComplexInstruction where TSize : struct, IOperandSize
{
    public static bool Execute(CpuState* c, Op* o)
    {
        ulong address = GeneralAddress.Of(c, o);
        bool stack = (o->Scale & Op.StackReference) != 0;
        if (!GuestAccess.Read<TSize>(c, address, out ulong lower, stack)) return false;
        if (!GuestAccess.Read<TSize>(c, address + (ulong)TSize.Bytes, out ulong upper, stack)) return false;
        long index = (long)TSize.SignExtend(TSize.Load((byte*)c + o->Destination));
        bool isInside = index >= (long)TSize.SignExtend(lower) && index <= (long)TSize.SignExtend(upper);
        return isInside || Faults.Raise(c, ExceptionVector.BoundRange);
    }
}

/// <summary>ARPL: raises a selector's RPL to that of another; ZF tells whether it did.</summary>
internal static unsafe class SelectorShapes
{
    public static void AdjustRegister(CpuState* c, Op* o)
    {
        byte* selector = (byte*)c + o->Destination;
        *(ushort*)selector = Adjust(c, *(ushort*)selector, *(ushort*)((byte*)c + o->Source));
        Chain.Next(c, o);
    }

    public static void AdjustMemory<TMemory>(CpuState* c, Op* o) where TMemory : struct, IMemoryPolicy
    {
        ulong address = GeneralAddress.Of(c, o);
        FastTlbEntry* entry = TMemory.ReadWrite<Size16>(c, o, address, stack: false);
        if (!MemoryPolicy.Hit<Size16>(entry, address))
        {
            TMemory.Miss(c, o);
            return;
        }
        ushort* selector = (ushort*)((byte*)address + entry->HostDelta);
        *selector = Adjust(c, *selector, *(ushort*)((byte*)c + o->Source));
        TMemory.Commit<Size16>(c);
        Chain.Next(c, o);
    }

    private static ushort Adjust(CpuState* c, ushort selector, ushort caller)
    {
        bool raise = (selector & 3) < (caller & 3);
        LazyFlags.Update(c, LazyFlags.Zero, raise ? LazyFlags.Zero : 0);
        return raise ? (ushort)(selector & ~3 | caller & 3) : selector;
    }
}

internal sealed class SelectorBinder : Binder
{
    public override unsafe Handler Bind(in Instruction instruction, in BindContext context)
    {
        Operands.Fill(context.Op, instruction);
        return instruction.Op0Kind == OpKind.Register
            ? Handler.Of(&SelectorShapes.AdjustRegister)
            : Handler.OfTwins(&SelectorShapes.AdjustMemory<FastMemory>, &SelectorShapes.AdjustMemory<CheckedMemory>);
    }
}

/// <summary>Binds AAD, whose handler needs its constant.</summary>
internal sealed class AsciiDivisionBinder : Binder
{
    public override bool MayFaultWithoutMemory => false;

    public override unsafe Handler Bind(in Instruction instruction, in BindContext context)
    {
        Operands.Fill(context.Op, instruction);
        return Handler.Of(&DecimalShapes.AsciiBeforeDivision);
    }
}

internal static unsafe class DecimalAdjust
{
    public static void Register(InstructionTable table)
    {
        table.Add(new FixedBinder(Handler.Of(&DecimalShapes.AfterAddition)), Mnemonic.Daa);
        table.Add(new FixedBinder(Handler.Of(&DecimalShapes.AfterSubtraction)), Mnemonic.Das);
        table.Add(new FixedBinder(Handler.Of(&DecimalShapes.AsciiAfterAddition)), Mnemonic.Aaa);
        table.Add(new FixedBinder(Handler.Of(&DecimalShapes.AsciiAfterSubtraction)), Mnemonic.Aas);
        table.Add(new AsciiDivisionBinder(), Mnemonic.Aad);
        table.Add(new ComplexBinder<AsciiAfterMultiplication>(Ending.Next), Mnemonic.Aam);
        table.Add(new ComplexBinder<CheckBounds<Size16>>(Ending.Next), Code.Bound_r16_m1616);
        table.Add(new ComplexBinder<CheckBounds<Size32>>(Ending.Next), Code.Bound_r32_m3232);
        table.Add(new SelectorBinder(), Mnemonic.Arpl);
    }
}
