using System.Runtime.CompilerServices;
using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.X87;

/// <summary>FLD from single and double precision, FILD.</summary>
internal readonly unsafe struct LoadOperand<TOperand> : IComplexInstruction, IQuickMemory where TOperand : struct, IX87Operand
{
    public static bool RecordsPointers => true;

    public static bool IsStore => false;

    public static bool Execute(CpuState* c, Op* o)
    {
        if (!X87Memory.Load<TOperand>(c, o, out ulong bits)) return false;
        FloatEnvironment environment = FloatEnvironment.FromX87Control(c->X87Control);
        Float80 value = TOperand.Widen(bits);
        if (value.IsSignallingNaN) environment.Raise(FloatExceptions.Invalid);
        if (TOperand.IsDenormal(bits))
        {
            // Unmasked or not: a denormal is loaded.
            environment.Raise(FloatExceptions.Denormal);
            environment.Unmasked &= ~FloatExceptions.Denormal;
        }
        X87Push.Result(c, value.IsNaN ? value.Quieted : value, environment);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryQuickly(CpuState* c, Op* o, byte* memory)
    {
        ulong bits = TOperand.Load(memory);
        if (!TOperand.IsUsual(bits)) return false;
        Float80 value = TOperand.WidenUsual(bits);
        if (!X87Stack.TryPush(c, value.Significand, value.SignExponent)) return false;
        return true;
    }
}

/// <summary>FLD from double extended precision: any bits, without a look at them.</summary>
internal readonly unsafe struct LoadExtended : IComplexInstruction, IQuickMemory
{
    public static bool RecordsPointers => true;

    public static bool IsStore => false;

    public static bool Execute(CpuState* c, Op* o)
    {
        byte* image = stackalloc byte[X87State.RegisterBytes];
        if (!X87Memory.Load(c, o, image, X87State.RegisterBytes)) return false;
        X87Push.Result(c, Float80.Load(image), default);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryQuickly(CpuState* c, Op* o, byte* memory) => X87Stack.TryPush(c, *(ulong*)memory, *(ushort*)(memory + 8));
}

/// <summary>FBLD.</summary>
internal readonly unsafe struct LoadDecimal : IComplexInstruction
{
    public static bool Execute(CpuState* c, Op* o)
    {
        byte* image = stackalloc byte[Float80Decimal.Bytes];
        if (!X87Memory.Load(c, o, image, Float80Decimal.Bytes)) return false;
        X87Push.Result(c, Float80Decimal.Load(image), default);
        return true;
    }
}

/// <summary>FLD ST(i).</summary>
internal readonly unsafe struct LoadRegister : IComplexInstruction, IQuickRegisters
{
    public static bool RecordsPointers => true;

    public static bool Execute(CpuState* c, Op* o)
    {
        if (!X87State.CheckPending(c)) return false;
        X87Pointers.Record(c, o);
        if (!X87Stack.IsEmpty(c, o->Destination)) X87Push.Result(c, X87Stack.Read(c, o->Destination), default);
        else if (X87Exceptions.StackFault(c, isOverflow: false)) X87Stack.Push(c, Float80.DefaultNaN);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryQuickly(CpuState* c, Op* o)
    {
        byte* register = X87Stack.At(c, o->Destination);
        if (X87Stack.IsEmpty(c, o->Destination) || !X87Stack.TryPush(c, *(ulong*)register, *(ushort*)(register + 8))) return false;
        return true;
    }
}

/// <summary>A constant that can be loaded.</summary>
internal interface IX87Constant
{
    static abstract Float80 Rounded(RoundingMode rounding);
}

internal readonly struct ConstantZero : IX87Constant
{
    public static Float80 Rounded(RoundingMode rounding) => default;
}

internal readonly struct ConstantOne : IX87Constant
{
    public static Float80 Rounded(RoundingMode rounding) => Float80.One;
}

/// <summary>Pi.</summary>
internal readonly struct ConstantPi : IX87Constant
{
    public static Float80 Rounded(RoundingMode rounding) => X87Push.Constant(1, 0xC90F_DAA2_2168_C234, isUpNearer: true, rounding);
}

/// <summary>The binary logarithm of 10.</summary>
internal readonly struct ConstantLog2Of10 : IX87Constant
{
    public static Float80 Rounded(RoundingMode rounding) => X87Push.Constant(1, 0xD49A_784B_CD1B_8AFE, isUpNearer: false, rounding);
}

/// <summary>The binary logarithm of e.</summary>
internal readonly struct ConstantLog2OfE : IX87Constant
{
    public static Float80 Rounded(RoundingMode rounding) => X87Push.Constant(0, 0xB8AA_3B29_5C17_F0BB, isUpNearer: true, rounding);
}

/// <summary>The decimal logarithm of 2.</summary>
internal readonly struct ConstantLog10Of2 : IX87Constant
{
    public static Float80 Rounded(RoundingMode rounding) => X87Push.Constant(-2, 0x9A20_9A84_FBCF_F798, isUpNearer: true, rounding);
}

/// <summary>The natural logarithm of 2.</summary>
internal readonly struct ConstantLogEOf2 : IX87Constant
{
    public static Float80 Rounded(RoundingMode rounding) => X87Push.Constant(-1, 0xB172_17F7_D1CF_79AB, isUpNearer: true, rounding);
}

/// <summary>FLDZ, FLD1, FLDPI and their kin: rounded by the rounding control, whatever the precision control, and never inexact.</summary>
internal readonly unsafe struct LoadConstant<TConstant> : IComplexInstruction, IQuickRegisters where TConstant : struct, IX87Constant
{
    public static bool RecordsPointers => true;

    public static bool Execute(CpuState* c, Op* o)
    {
        if (!X87State.CheckPending(c)) return false;
        X87Pointers.Record(c, o);
        X87Push.Result(c, TConstant.Rounded(RoundingOf(c)), default);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryQuickly(CpuState* c, Op* o)
    {
        Float80 value = TConstant.Rounded(RoundingOf(c));
        return X87Stack.TryPush(c, value.Significand, value.SignExponent);
    }

    private static RoundingMode RoundingOf(CpuState* c) => (RoundingMode)(c->X87Control >> 10 & 3);
}

internal static unsafe class X87Push
{
    /// <summary>Pushes a result and reports what its making raised, or else the stack's overflow.</summary>
    public static void Result(CpuState* c, Float80 value, in FloatEnvironment environment)
    {
        if (!X87Stack.IsEmpty(c, -X87Stack.Stride))
        {
            if (X87Exceptions.StackFault(c, isOverflow: true)) X87Stack.Push(c, Float80.DefaultNaN);
        }
        else if (X87Exceptions.Report(c, environment)) X87Stack.Push(c, value);
    }

    /// <summary>A positive constant from its truncated significand.</summary>
    public static Float80 Constant(int exponent, ulong truncated, bool isUpNearer, RoundingMode rounding)
    {
        bool up = rounding == RoundingMode.Up || (rounding == RoundingMode.Nearest && isUpNearer);
        return new((ushort)(Float80.ExponentBias + exponent), up ? truncated + 1 : truncated);
    }
}

/// <summary>What pushes a value.</summary>
internal static class X87Loads
{
    public static void Register(InstructionTable table)
    {
        table.Add(new X87Binder<LoadOperand<Single>, LoadOperand<Single>, Size32>(), [Code.Fld_m32fp]);
        table.Add(new X87Binder<LoadOperand<Double>, LoadOperand<Double>, Size64>(), [Code.Fld_m64fp]);
        table.Add(new X87Binder<LoadOperand<Integer16>, LoadOperand<Integer16>, Size16>(), [Code.Fild_m16int]);
        table.Add(new X87Binder<LoadOperand<Integer32>, LoadOperand<Integer32>, Size32>(), [Code.Fild_m32int]);
        table.Add(new X87Binder<LoadOperand<Integer64>, LoadOperand<Integer64>, Size64>(), [Code.Fild_m64int]);
        table.Add(new X87Binder<LoadExtended, LoadExtended, Size80>(), [Code.Fld_m80fp]);
        table.Add(new X87Binder<LoadDecimal>(), [Code.Fbld_m80bcd]);
        table.Add(new X87Binder<LoadRegister, LoadRegister>(), [Code.Fld_sti]);
        Add<ConstantZero>(table, Code.Fldz);
        Add<ConstantOne>(table, Code.Fld1);
        Add<ConstantPi>(table, Code.Fldpi);
        Add<ConstantLog2Of10>(table, Code.Fldl2t);
        Add<ConstantLog2OfE>(table, Code.Fldl2e);
        Add<ConstantLog10Of2>(table, Code.Fldlg2);
        Add<ConstantLogEOf2>(table, Code.Fldln2);
    }

    private static void Add<TConstant>(InstructionTable table, Code code) where TConstant : struct, IX87Constant =>
        table.Add(new X87Binder<LoadConstant<TConstant>, LoadConstant<TConstant>>(), [code]);
}
