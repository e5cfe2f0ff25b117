using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>An operation with a usual case that needs no calls, so that its handler needs no stack frame.</summary>
/// <remarks>Apart from <see cref="ISimdOperation"/> rather than members of it with a default: the runtime's ahead-of-time compiler leaves every
/// handler that meets such a default to the just-in-time compiler.</remarks>
internal unsafe interface IQuickSimdOperation : ISimdOperation
{
    /// <summary>Whether <see cref="TryQuickly"/> may be tried. Asked before operands are looked at, which keeps fewer registers busy.</summary>
    static abstract bool IsUsual(CpuState* c);

    /// <summary>Executes the usual case. False when it is another one: nothing has changed.</summary>
    static abstract bool TryQuickly(CpuState* c, Op* o, byte* destination, byte* first, byte* source);
}

/// <summary>The forms whose destination is a register, of operations that have a usual case. Others are left to <see cref="Op.SlowHandler"/>.</summary>
internal static unsafe class QuickLoad<TOperation, TDestination, TSource, TSize, TAlignment, TEncoding>
    where TOperation : struct, IQuickSimdOperation where TDestination : struct, IRegisterFile where TSource : struct, IRegisterFile
    where TSize : struct, IOperandSize where TAlignment : struct, IAlignment where TEncoding : struct, IEncoding
{
    public static void Register(CpuState* c, Op* o)
    {
        if (!TOperation.IsUsual(c))
        {
            o->SlowHandler(c, o);
            return;
        }
        byte* destination = TDestination.At(c, o->Destination), first = TEncoding.First(c, o, destination);
        if (!TOperation.TryQuickly(c, o, destination, first, TSource.At(c, o->Source)))
        {
            o->SlowHandler(c, o);
            return;
        }
        TEncoding.Complete(destination);
        Chain.Next(c, o);
    }

    public static void Memory<TAddress>(CpuState* c, Op* o) where TAddress : struct, IAddressForm
    {
        if (!TOperation.IsUsual(c))
        {
            o->SlowHandler(c, o);
            return;
        }
        ulong address = TAddress.Of(c, o);
        FastTlbEntry* entry = FastMemory.Read<TSize>(c, o, address, stack: false);
        if (!TAlignment.Hit<TSize>(entry, address))
        {
            FastMemory.Miss(c, o);
            return;
        }
        byte* destination = TDestination.At(c, o->Destination), first = TEncoding.First(c, o, destination);
        if (!TOperation.TryQuickly(c, o, destination, first, (byte*)address + entry->HostDelta))
        {
            o->SlowHandler(c, o);
            return;
        }
        TEncoding.Complete(destination);
        Chain.Next(c, o);
    }

    public static Handler Bind(in Instruction instruction, Op* o)
    {
        if (!SimdOperands.HasMemorySource(instruction))
        {
            o->SlowHandler = &SimdLoad<TOperation, TDestination, TSource, TSize, TAlignment, TEncoding>.Register;
            return Handler.Of(&Register);
        }
        return Operands.AddressFormOf(o) switch
        {
            AddressForm.Base => BindMemory<BaseAddress>(o),
            AddressForm.Indexed => BindMemory<IndexedAddress>(o),
            _ => BindMemory<GeneralAddress>(o),
        };
    }

    private static Handler BindMemory<TAddress>(Op* o) where TAddress : struct, IAddressForm
    {
        o->SlowHandler = &SimdLoad<TOperation, TDestination, TSource, TSize, TAlignment, TEncoding>.Memory<TAddress, FastMemory>;
        return Handler.OfTwins(&Memory<TAddress>, &SimdLoad<TOperation, TDestination, TSource, TSize, TAlignment, TEncoding>.Memory<TAddress, CheckedMemory>);
    }
}

/// <summary>Binds them. All may fault without a memory operand.</summary>
internal sealed unsafe class QuickBinder<TOperation, TDestination, TSource, TSize, TAlignment, TEncoding>(ExecutionUnit unit) : Binder
    where TOperation : struct, IQuickSimdOperation where TDestination : struct, IRegisterFile where TSource : struct, IRegisterFile
    where TSize : struct, IOperandSize where TAlignment : struct, IAlignment where TEncoding : struct, IEncoding
{
    public override ExecutionUnit Unit => unit;

    public override Handler Bind(in Instruction instruction, in BindContext context)
    {
        SimdOperands.Fill(context.Op, instruction);
        return QuickLoad<TOperation, TDestination, TSource, TSize, TAlignment, TEncoding>.Bind(instruction, context.Op);
    }
}

/// <summary>Registers the encodings of such an operation side by side, as <see cref="VectorForms"/> does.</summary>
internal static class QuickForms
{
    /// <summary>One operation for 16 bytes and one for 32.</summary>
    public static void Packed<TOperation, TWide>(InstructionTable table, Code legacy, Code vex128, Code vex256)
        where TOperation : struct, IQuickSimdOperation where TWide : struct, IQuickSimdOperation
    {
        Add<TOperation, Size128, Aligned16, Legacy>(table, ExecutionUnit.Sse, legacy);
        Add<TOperation, Size128, Unaligned, Vex128>(table, ExecutionUnit.Avx, vex128);
        Add<TWide, Size256, Unaligned, Vex256>(table, ExecutionUnit.Avx, vex256);
    }

    /// <summary>An operation whose memory operand is smaller than a register and need not be aligned.</summary>
    public static void Scalar<TOperation, TSize>(InstructionTable table, Code legacy, Code vex)
        where TOperation : struct, IQuickSimdOperation where TSize : struct, IOperandSize
    {
        Add<TOperation, TSize, Unaligned, Legacy>(table, ExecutionUnit.Sse, legacy);
        Add<TOperation, TSize, Unaligned, Vex128>(table, ExecutionUnit.Avx, vex);
    }

    /// <summary>One form between XMM or YMM registers and memory.</summary>
    public static void Add<TOperation, TSize, TAlignment, TEncoding>(InstructionTable table, ExecutionUnit unit, Code code)
        where TOperation : struct, IQuickSimdOperation where TSize : struct, IOperandSize where TAlignment : struct, IAlignment
        where TEncoding : struct, IEncoding
    {
        if (code == Code.INVALID) return;
        table.Add(new QuickBinder<TOperation, XmmFile, XmmFile, TSize, TAlignment, TEncoding>(unit), [code]);
    }
}
