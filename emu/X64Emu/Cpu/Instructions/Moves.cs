using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions;

/// <summary>How MOV, MOVZX, MOVSX and MOVSXD widen what they read.</summary>
internal interface IExtension
{
    static abstract ulong Extend<TSource>(ulong value) where TSource : struct, IOperandSize;
}

internal readonly struct ZeroExtend : IExtension
{
    public static ulong Extend<TSource>(ulong value) where TSource : struct, IOperandSize => value;
}

internal readonly struct SignExtend : IExtension
{
    public static ulong Extend<TSource>(ulong value) where TSource : struct, IOperandSize => TSource.SignExtend(value);
}

/// <summary>Moves into registers, with or without widening.</summary>
internal static unsafe class LoadShapes<TDestination, TSource, TExtension>
    where TDestination : struct, IOperandSize where TSource : struct, IOperandSize where TExtension : struct, IExtension
{
    public static void Register(CpuState* c, Op* o)
    {
        TDestination.WriteRegister((byte*)c + o->Destination, TExtension.Extend<TSource>(TSource.Load((byte*)c + o->Source)));
        Chain.Next(c, o);
    }

    public static void Memory<TAddress, TMemory>(CpuState* c, Op* o) where TAddress : struct, IAddressForm where TMemory : struct, IMemoryPolicy
    {
        ulong address = TAddress.Of(c, o);
        FastTlbEntry* entry = TMemory.Read<TSource>(c, o, address, stack: false);
        if (!MemoryPolicy.Hit<TSource>(entry, address))
        {
            TMemory.Miss(c, o);
            return;
        }
        ulong value = TSource.Load((byte*)address + entry->HostDelta);
        TDestination.WriteRegister((byte*)c + o->Destination, TExtension.Extend<TSource>(value));
        Chain.Next(c, o);
    }

    public static Handler Bind(in Instruction instruction, Op* o)
    {
        Operands.Fill(o, instruction);
        if (instruction.Op1Kind == OpKind.Register) return Handler.Of(&Register);
        return Operands.AddressFormOf(o) switch
        {
            AddressForm.Base => Handler.OfTwins(&Memory<BaseAddress, FastMemory>, &Memory<BaseAddress, CheckedMemory>),
            AddressForm.Indexed => Handler.OfTwins(&Memory<IndexedAddress, FastMemory>, &Memory<IndexedAddress, CheckedMemory>),
            _ => Handler.OfTwins(&Memory<GeneralAddress, FastMemory>, &Memory<GeneralAddress, CheckedMemory>),
        };
    }
}

/// <summary>Moves of constants, and into memory.</summary>
internal static unsafe class StoreShapes<TSize> where TSize : struct, IOperandSize
{
    public static void RegisterImmediate(CpuState* c, Op* o)
    {
        TSize.WriteRegister((byte*)c + o->Destination, (ulong)o->Immediate);
        Chain.Next(c, o);
    }

    public static void MemoryRegister<TAddress, TMemory>(CpuState* c, Op* o) where TAddress : struct, IAddressForm where TMemory : struct, IMemoryPolicy
    {
        ulong address = TAddress.Of(c, o);
        FastTlbEntry* entry = TMemory.Write<TSize>(c, o, address, stack: false);
        if (!MemoryPolicy.Hit<TSize>(entry, address))
        {
            TMemory.Miss(c, o);
            return;
        }
        TSize.Store((byte*)address + entry->HostDelta, TSize.Load((byte*)c + o->Source));
        TMemory.Commit<TSize>(c);
        Chain.Next(c, o);
    }

    public static void MemoryImmediate<TAddress, TMemory>(CpuState* c, Op* o) where TAddress : struct, IAddressForm where TMemory : struct, IMemoryPolicy
    {
        ulong address = TAddress.Of(c, o);
        FastTlbEntry* entry = TMemory.Write<TSize>(c, o, address, stack: false);
        if (!MemoryPolicy.Hit<TSize>(entry, address))
        {
            TMemory.Miss(c, o);
            return;
        }
        TSize.Store((byte*)address + entry->HostDelta, (ulong)o->Immediate);
        TMemory.Commit<TSize>(c);
        Chain.Next(c, o);
    }

    public static Handler Bind(in Instruction instruction, Op* o)
    {
        switch (Operands.FormOf(instruction))
        {
            case OperandForm.RegisterRegister:
            case OperandForm.RegisterMemory:
                return LoadShapes<TSize, TSize, ZeroExtend>.Bind(instruction, o);
            case OperandForm.RegisterImmediate:
                Operands.Fill(o, instruction);
                return Handler.Of(&RegisterImmediate);
            case OperandForm.MemoryRegister:
                Operands.Fill(o, instruction);
                return BindMemoryRegister(o);
            default:
                Operands.Fill(o, instruction);
                return BindMemoryImmediate(o);
        }
    }

    private static Handler BindMemoryRegister(Op* o) => Operands.AddressFormOf(o) switch
    {
        AddressForm.Base => Handler.OfTwins(&MemoryRegister<BaseAddress, FastMemory>, &MemoryRegister<BaseAddress, CheckedMemory>),
        AddressForm.Indexed => Handler.OfTwins(&MemoryRegister<IndexedAddress, FastMemory>, &MemoryRegister<IndexedAddress, CheckedMemory>),
        _ => Handler.OfTwins(&MemoryRegister<GeneralAddress, FastMemory>, &MemoryRegister<GeneralAddress, CheckedMemory>),
    };

    private static Handler BindMemoryImmediate(Op* o) => Operands.AddressFormOf(o) switch
    {
        AddressForm.Base => Handler.OfTwins(&MemoryImmediate<BaseAddress, FastMemory>, &MemoryImmediate<BaseAddress, CheckedMemory>),
        AddressForm.Indexed => Handler.OfTwins(&MemoryImmediate<IndexedAddress, FastMemory>, &MemoryImmediate<IndexedAddress, CheckedMemory>),
        _ => Handler.OfTwins(&MemoryImmediate<GeneralAddress, FastMemory>, &MemoryImmediate<GeneralAddress, CheckedMemory>),
    };
}

/// <summary>LEA: an address as a value, without its segment base.</summary>
internal static unsafe class AddressShapes<TSize> where TSize : struct, IOperandSize
{
    public static void Base(CpuState* c, Op* o)
    {
        TSize.WriteRegister((byte*)c + o->Destination, BaseAddress.Of(c, o));
        Chain.Next(c, o);
    }

    public static void Indexed(CpuState* c, Op* o)
    {
        TSize.WriteRegister((byte*)c + o->Destination, IndexedAddress.Of(c, o));
        Chain.Next(c, o);
    }

    public static void General(CpuState* c, Op* o)
    {
        TSize.WriteRegister((byte*)c + o->Destination, GeneralAddress.Offset(c, o));
        Chain.Next(c, o);
    }
}

/// <summary>CWD, CDQ and CQO: the accumulator's sign fills RDX.</summary>
internal static unsafe class SignShapes<TSize> where TSize : struct, IOperandSize
{
    public static void Fill(CpuState* c, Op* o)
    {
        TSize.WriteRegister((byte*)c + 16, (ulong)((long)TSize.SignExtend(TSize.Load((byte*)c)) >> 63));
        Chain.Next(c, o);
    }
}

internal sealed unsafe class MoveBinder : Binder
{
    public override bool MayFaultWithoutMemory => false;

    public override Handler Bind(in Instruction instruction, in BindContext context) => Operands.SizeOf(instruction) switch
    {
        1 => StoreShapes<Size8>.Bind(instruction, context.Op),
        2 => StoreShapes<Size16>.Bind(instruction, context.Op),
        4 => StoreShapes<Size32>.Bind(instruction, context.Op),
        _ => StoreShapes<Size64>.Bind(instruction, context.Op),
    };
}

internal sealed unsafe class ExtendBinder<TExtension> : Binder where TExtension : struct, IExtension
{
    public override bool MayFaultWithoutMemory => false;

    /// <summary>MOVSXD to a 16-bit register moves 16 bits but reads 32, which shows where the operand crosses into another page.</summary>
    private static int SourceSizeOf(in Instruction instruction) => instruction.Code == Code.Movsxd_r16_rm16 ? 4 : Operands.SizeOf(instruction, 1);

    public override Handler Bind(in Instruction instruction, in BindContext context) =>
        (Operands.SizeOf(instruction, 0), SourceSizeOf(instruction)) switch
        {
            (2, 1) => LoadShapes<Size16, Size8, TExtension>.Bind(instruction, context.Op),
            (4, 1) => LoadShapes<Size32, Size8, TExtension>.Bind(instruction, context.Op),
            (8, 1) => LoadShapes<Size64, Size8, TExtension>.Bind(instruction, context.Op),
            (2, 2) => LoadShapes<Size16, Size16, TExtension>.Bind(instruction, context.Op),
            (4, 2) => LoadShapes<Size32, Size16, TExtension>.Bind(instruction, context.Op),
            (8, 2) => LoadShapes<Size64, Size16, TExtension>.Bind(instruction, context.Op),
            (2, 4) => LoadShapes<Size16, Size32, TExtension>.Bind(instruction, context.Op),
            (4, 4) => LoadShapes<Size32, Size32, TExtension>.Bind(instruction, context.Op),
            _ => LoadShapes<Size64, Size32, TExtension>.Bind(instruction, context.Op),
        };
}

internal sealed unsafe class AddressBinder : Binder
{
    public override bool MayFaultWithoutMemory => false;

    public override Handler Bind(in Instruction instruction, in BindContext context)
    {
        Operands.Fill(context.Op, instruction);
        context.Op->Segment = CpuState.ZeroOffset;
        return Operands.SizeOf(instruction) switch
        {
            2 => Bind<Size16>(context.Op),
            4 => Bind<Size32>(context.Op),
            _ => Bind<Size64>(context.Op),
        };
    }

    private static Handler Bind<TSize>(Op* o) where TSize : struct, IOperandSize => Operands.AddressFormOf(o) switch
    {
        AddressForm.Base => Handler.Of(&AddressShapes<TSize>.Base),
        AddressForm.Indexed => Handler.Of(&AddressShapes<TSize>.Indexed),
        _ => Handler.Of(&AddressShapes<TSize>.General),
    };
}

/// <summary>Instructions without explicit operands that one handler serves.</summary>
internal sealed class FixedBinder(Handler handler, ExecutionUnit unit = ExecutionUnit.Integer) : Binder
{
    public override ExecutionUnit Unit => unit;

    public override bool MayFaultWithoutMemory => false;

    public override Handler Bind(in Instruction instruction, in BindContext context) => handler;
}

internal static unsafe class Moves
{
    public static void Register(InstructionTable table)
    {
        table.Add(new MoveBinder(), Mnemonic.Mov, IsGeneralMove);
        table.Add(new ExtendBinder<ZeroExtend>(), Mnemonic.Movzx);
        table.Add(new ExtendBinder<SignExtend>(), Mnemonic.Movsx, Mnemonic.Movsxd);
        table.Add(new AddressBinder(), Mnemonic.Lea);
        table.Add(new FixedBinder(Handler.Of(&LoadShapes<Size16, Size8, SignExtend>.Register)), Mnemonic.Cbw);
        table.Add(new FixedBinder(Handler.Of(&LoadShapes<Size32, Size16, SignExtend>.Register)), Mnemonic.Cwde);
        table.Add(new FixedBinder(Handler.Of(&LoadShapes<Size64, Size32, SignExtend>.Register)), Mnemonic.Cdqe);
        table.Add(new FixedBinder(Handler.Of(&SignShapes<Size16>.Fill)), Mnemonic.Cwd);
        table.Add(new FixedBinder(Handler.Of(&SignShapes<Size32>.Fill)), Mnemonic.Cdq);
        table.Add(new FixedBinder(Handler.Of(&SignShapes<Size64>.Fill)), Mnemonic.Cqo);
    }

    /// <summary>MOV to and from segment, control, debug and test registers is the system family's.</summary>
    private static bool IsGeneralMove(Code code) => code is not (Code.Mov_rm16_Sreg or Code.Mov_r32m16_Sreg or Code.Mov_r64m16_Sreg
        or Code.Mov_Sreg_rm16 or Code.Mov_Sreg_r32m16 or Code.Mov_Sreg_r64m16 or Code.Mov_r32_cr or Code.Mov_r64_cr or Code.Mov_cr_r32
        or Code.Mov_cr_r64 or Code.Mov_r32_dr or Code.Mov_r64_dr or Code.Mov_dr_r32 or Code.Mov_dr_r64 or Code.Mov_r32_tr or Code.Mov_tr_r32);
}
