using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>DPPS and DPPD: bits 7..4 of the immediate choose the products, bits 3..0 the elements that get their sum; the others become zero.</summary>
/// <remarks>Products, sums of neighbours and the sum of these are three steps, each of which rounds and reports (Intel SDM Vol. 2, DPPS). What is not chosen
/// multiplies zeros, which raises nothing.</remarks>
internal readonly unsafe struct DotProduct<TElements, TFormat, T> : ISimdOperation
    where TElements : struct, IElements where TFormat : struct, IHostFloatFormat<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        Xmm chosen = MaskOf((int)o->Immediate >> 4), kept = MaskOf((int)o->Immediate);
        Vector256<byte> a = Read(first, chosen), b = Read(source, chosen);
        byte* x = (byte*)&a, y = (byte*)&b;
        if (!SimdFloat.TryArithmetic<MultiplyOperation, TElements, TFormat, T>(x, x, y, &c->Mxcsr)) return SimdFaults.FloatingPoint(c);
        for (int terms = Vector128<T>.Count; terms > 1; terms /= 2)
        {
            if (!SimdFloat.TryArithmetic<Arranged<Neighbours, AddOperation>, TElements, TFormat, T>(x, x, x, &c->Mxcsr)) return SimdFaults.FloatingPoint(c);
        }
        *(Xmm*)destination = a.GetLower() & kept;
        if (TElements.IsWide) *(Xmm*)(destination + 16) = a.GetUpper() & kept;
        return true;
    }

    private static Vector256<byte> Read(byte* operand, Xmm chosen) =>
        Vector256.Create(*(Xmm*)operand & chosen, TElements.IsWide ? *(Xmm*)(operand + 16) & chosen : Xmm.Zero);

    /// <summary>All ones in the elements whose bit is set.</summary>
    private static Xmm MaskOf(int bits)
    {
        Xmm mask = default;
        for (int element = 0; element < Vector128<T>.Count; element++)
        {
            if ((bits >> element & 1) != 0) Elements<PackedElements, T>.Write((byte*)&mask, element, ulong.MaxValue);
        }
        return mask;
    }
}

internal static class DotProducts
{
    public static void Register(InstructionTable table)
    {
        VectorForms.Packed<DotProduct<PackedElements, Binary32, float>, DotProduct<WideElements, Binary32, float>>(table, mayFault: true,
            Code.Dpps_xmm_xmmm128_imm8, Code.VEX_Vdpps_xmm_xmm_xmmm128_imm8, Code.VEX_Vdpps_ymm_ymm_ymmm256_imm8);
        VectorForms.Packed<DotProduct<PackedElements, Binary64, double>, DotProduct<PackedElements, Binary64, double>>(table, mayFault: true,
            Code.Dppd_xmm_xmmm128_imm8, Code.VEX_Vdppd_xmm_xmm_xmmm128_imm8, Code.INVALID);
    }
}
