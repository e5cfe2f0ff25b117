using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>VMASKMOVPS and its kin: the elements whose mask element is negative are moved, and only these can fault (Intel SDM Vol. 2, VMASKMOV).</summary>
/// <remarks>Where the whole operand is in the fast TLB no element faults, and whole vectors are moved. The checked twin goes by elements.</remarks>
internal static unsafe class MaskedMove<T, TSize, TMemory, TAddress>
    where T : unmanaged where TSize : struct, IOperandSize where TMemory : struct, IMemoryPolicy where TAddress : struct, IAddressForm
{
    /// <summary>Elements that are not loaded become zero.</summary>
    public static void Load(CpuState* c, Op* o)
    {
        ulong address = TAddress.Of(c, o);
        Xmm* destination = (Xmm*)XmmFile.At(c, o->Destination), mask = (Xmm*)XmmFile.At(c, o->First);
        if (typeof(TMemory) == typeof(FastMemory))
        {
            FastTlbEntry* entry = TMemory.Read<TSize>(c, o, address, stack: false);
            if (!MemoryPolicy.Hit<TSize>(entry, address))
            {
                TMemory.Miss(c, o);
                return;
            }
            Xmm* memory = (Xmm*)((byte*)address + entry->HostDelta);
            destination[0] = memory[0] & MaskedMoves.Fill<T>(mask[0]);
            destination[1] = TSize.Bytes == 32 ? memory[1] & MaskedMoves.Fill<T>(mask[1]) : Xmm.Zero;
        }
        else if (!MaskedMoves.TryLoad<T>(c, o, mask, destination, TSize.Bytes))
        {
            Faults.Record(c, o);
            return;
        }
        Chain.Next(c, o);
    }

    /// <summary>Elements that are not stored keep what is in memory.</summary>
    public static void Store(CpuState* c, Op* o)
    {
        ulong address = TAddress.Of(c, o);
        Xmm* source = (Xmm*)XmmFile.At(c, o->Source), mask = (Xmm*)XmmFile.At(c, o->First);
        if (typeof(TMemory) == typeof(FastMemory))
        {
            FastTlbEntry* entry = TMemory.ReadWrite<TSize>(c, o, address, stack: false);
            if (!MemoryPolicy.Hit<TSize>(entry, address))
            {
                TMemory.Miss(c, o);
                return;
            }
            Xmm* memory = (Xmm*)((byte*)address + entry->HostDelta);
            memory[0] = Vector128.ConditionalSelect(MaskedMoves.Fill<T>(mask[0]), source[0], memory[0]);
            if (TSize.Bytes == 32) memory[1] = Vector128.ConditionalSelect(MaskedMoves.Fill<T>(mask[1]), source[1], memory[1]);
        }
        else if (!MaskedMoves.TryStore<T>(c, o, mask, source, TSize.Bytes))
        {
            Faults.Record(c, o);
            return;
        }
        Chain.Next(c, o);
    }
}

/// <summary>Binds VMASKMOVPS and its kin. The mask is the operand in the middle.</summary>
internal sealed unsafe class MaskedMoveBinder<T> : Binder where T : unmanaged
{
    public override ExecutionUnit Unit => ExecutionUnit.Avx;

    public override Handler Bind(in Instruction instruction, in BindContext context)
    {
        SimdOperands.Fill(context.Op, instruction);
        if ((context.Op->Scale >> Op.AddressSizeShift & 3) != 0)
            return instruction.Op1Register.IsYMM() ? BindNarrow<Size256>(instruction) : BindNarrow<Size128>(instruction);
        return Operands.AddressFormOf(context.Op) switch
        {
            AddressForm.Base => Bind<BaseAddress>(instruction),
            AddressForm.Indexed => Bind<IndexedAddress>(instruction),
            _ => Bind<GeneralAddress>(instruction),
        };
    }

    private static Handler Bind<TAddress>(in Instruction instruction) where TAddress : struct, IAddressForm =>
        instruction.Op1Register.IsYMM() ? Bind<TAddress, Size256>(instruction) : Bind<TAddress, Size128>(instruction);

    /// <summary>Elements at 32-bit addresses may wrap around: these always go one by one.</summary>
    private static Handler BindNarrow<TSize>(in Instruction instruction) where TSize : struct, IOperandSize => instruction.Op0Kind == OpKind.Memory
        ? Handler.Of(&MaskedMove<T, TSize, CheckedMemory, GeneralAddress>.Store)
        : Handler.Of(&MaskedMove<T, TSize, CheckedMemory, GeneralAddress>.Load);

    private static Handler Bind<TAddress, TSize>(in Instruction instruction) where TAddress : struct, IAddressForm where TSize : struct, IOperandSize =>
        instruction.Op0Kind == OpKind.Memory
            ? Handler.OfTwins(&MaskedMove<T, TSize, FastMemory, TAddress>.Store, &MaskedMove<T, TSize, CheckedMemory, TAddress>.Store)
            : Handler.OfTwins(&MaskedMove<T, TSize, FastMemory, TAddress>.Load, &MaskedMove<T, TSize, CheckedMemory, TAddress>.Load);
}

internal static unsafe class MaskedMoves
{
    public static void Register(InstructionTable table)
    {
        table.Add(new MaskedMoveBinder<int>(),
            [
                Code.VEX_Vmaskmovps_xmm_xmm_m128, Code.VEX_Vmaskmovps_ymm_ymm_m256, Code.VEX_Vmaskmovps_m128_xmm_xmm, Code.VEX_Vmaskmovps_m256_ymm_ymm,
                Code.VEX_Vpmaskmovd_xmm_xmm_m128, Code.VEX_Vpmaskmovd_ymm_ymm_m256, Code.VEX_Vpmaskmovd_m128_xmm_xmm, Code.VEX_Vpmaskmovd_m256_ymm_ymm,
            ]);
        table.Add(new MaskedMoveBinder<long>(),
            [
                Code.VEX_Vmaskmovpd_xmm_xmm_m128, Code.VEX_Vmaskmovpd_ymm_ymm_m256, Code.VEX_Vmaskmovpd_m128_xmm_xmm, Code.VEX_Vmaskmovpd_m256_ymm_ymm,
                Code.VEX_Vpmaskmovq_xmm_xmm_m128, Code.VEX_Vpmaskmovq_ymm_ymm_m256, Code.VEX_Vpmaskmovq_m128_xmm_xmm, Code.VEX_Vpmaskmovq_m256_ymm_ymm,
            ]);
    }

    /// <summary>All ones in the elements whose sign is set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Xmm Fill<T>(Xmm mask) where T : unmanaged => Vector128.LessThan(mask.As<byte, T>(), Vector128<T>.Zero).AsByte();

    /// <summary>Loads element by element; false when one faults, and then the destination is as it was.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool TryLoad<T>(CpuState* c, Op* o, Xmm* mask, Xmm* destination, int lengthBytes) where T : unmanaged
    {
        CheckedAccess memory = Processor.Of(c).Memory;
        memory.IgnoresAlignment = true;
        bool done = TryLoad<T>(c, o, memory, mask, destination, lengthBytes);
        memory.IgnoresAlignment = false;
        return done;
    }

    private static bool TryLoad<T>(CpuState* c, Op* o, CheckedAccess memory, Xmm* mask, Xmm* destination, int lengthBytes) where T : unmanaged
    {
        bool stack = (o->Scale & Op.StackReference) != 0;
        c->Current = o;
        Vector256<byte> loaded = default;
        for (int offset = 0; offset < lengthBytes; offset += sizeof(T))
        {
            if (!IsSet<T>(mask, offset)) continue;
            byte* host = memory.Read(ElementAddress(c, o, offset), sizeof(T), memory.Mode, stack);
            if (host == null) return false;
            *(T*)((byte*)&loaded + offset) = *(T*)host;
        }
        destination[0] = loaded.GetLower();
        destination[1] = loaded.GetUpper();
        return true;
    }

    /// <summary>Stores element by element, once all have been found writable.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool TryStore<T>(CpuState* c, Op* o, Xmm* mask, Xmm* source, int lengthBytes) where T : unmanaged
    {
        CheckedAccess memory = Processor.Of(c).Memory;
        memory.IgnoresAlignment = true;
        bool done = TryStore<T>(c, o, memory, mask, source, lengthBytes);
        memory.IgnoresAlignment = false;
        return done;
    }

    private static bool TryStore<T>(CpuState* c, Op* o, CheckedAccess memory, Xmm* mask, Xmm* source, int lengthBytes) where T : unmanaged
    {
        bool stack = (o->Scale & Op.StackReference) != 0;
        c->Current = o;
        for (int offset = 0; offset < lengthBytes; offset += sizeof(T))
        {
            if (!IsSet<T>(mask, offset)) continue;
            if (memory.Write(ElementAddress(c, o, offset), sizeof(T), memory.Mode, stack, keep: false) == null) return false;
        }
        for (int offset = 0; offset < lengthBytes; offset += sizeof(T))
        {
            if (!IsSet<T>(mask, offset)) continue;
            *(T*)memory.Write(ElementAddress(c, o, offset), sizeof(T), memory.Mode, stack, keep: false) = *(T*)((byte*)source + offset);
            memory.Commit(sizeof(T));
        }
        return true;
    }

    /// <summary>Elements wrap around in a 32-bit address space each for itself.</summary>
    private static ulong ElementAddress(CpuState* c, Op* o, int offset) => GeneralAddress.Linear(
        GeneralAddress.Truncate(GeneralAddress.Offset(c, o) + (ulong)offset, o->Scale >> Op.AddressSizeShift & 3), *(ulong*)((byte*)c + o->Segment));

    /// <summary>The sign of the mask element that begins <paramref name="offset"/> bytes in.</summary>
    private static bool IsSet<T>(Xmm* mask, int offset) where T : unmanaged => (sbyte)((byte*)mask)[offset + sizeof(T) - 1] < 0;
}
