using System.Numerics;
using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>Which operation each FMA code stands for.</summary>
internal static class FusedMultiplyAddInstructions
{
    public static void Register(InstructionTable table)
    {
        RegisterFmadd(table);
        RegisterFmsub(table);
        RegisterFnmadd(table);
        RegisterFnmsub(table);
        RegisterFmaddsub(table);
        RegisterFmsubadd(table);
    }

    private static void RegisterFmadd(InstructionTable table)
    {
        Packed<MultiplyAdd, Order132, Binary32, float>(table, Code.VEX_Vfmadd132ps_xmm_xmm_xmmm128, Code.VEX_Vfmadd132ps_ymm_ymm_ymmm256);
        Packed<MultiplyAdd, Order132, Binary64, double>(table, Code.VEX_Vfmadd132pd_xmm_xmm_xmmm128, Code.VEX_Vfmadd132pd_ymm_ymm_ymmm256);
        Scalar<MultiplyAdd, Order132, Binary32, float, Size32>(table, Code.VEX_Vfmadd132ss_xmm_xmm_xmmm32);
        Scalar<MultiplyAdd, Order132, Binary64, double, Size64>(table, Code.VEX_Vfmadd132sd_xmm_xmm_xmmm64);
        Packed<MultiplyAdd, Order213, Binary32, float>(table, Code.VEX_Vfmadd213ps_xmm_xmm_xmmm128, Code.VEX_Vfmadd213ps_ymm_ymm_ymmm256);
        Packed<MultiplyAdd, Order213, Binary64, double>(table, Code.VEX_Vfmadd213pd_xmm_xmm_xmmm128, Code.VEX_Vfmadd213pd_ymm_ymm_ymmm256);
        Scalar<MultiplyAdd, Order213, Binary32, float, Size32>(table, Code.VEX_Vfmadd213ss_xmm_xmm_xmmm32);
        Scalar<MultiplyAdd, Order213, Binary64, double, Size64>(table, Code.VEX_Vfmadd213sd_xmm_xmm_xmmm64);
        Packed<MultiplyAdd, Order231, Binary32, float>(table, Code.VEX_Vfmadd231ps_xmm_xmm_xmmm128, Code.VEX_Vfmadd231ps_ymm_ymm_ymmm256);
        Packed<MultiplyAdd, Order231, Binary64, double>(table, Code.VEX_Vfmadd231pd_xmm_xmm_xmmm128, Code.VEX_Vfmadd231pd_ymm_ymm_ymmm256);
        Scalar<MultiplyAdd, Order231, Binary32, float, Size32>(table, Code.VEX_Vfmadd231ss_xmm_xmm_xmmm32);
        Scalar<MultiplyAdd, Order231, Binary64, double, Size64>(table, Code.VEX_Vfmadd231sd_xmm_xmm_xmmm64);
    }

    private static void RegisterFmsub(InstructionTable table)
    {
        Packed<MultiplySubtract, Order132, Binary32, float>(table, Code.VEX_Vfmsub132ps_xmm_xmm_xmmm128, Code.VEX_Vfmsub132ps_ymm_ymm_ymmm256);
        Packed<MultiplySubtract, Order132, Binary64, double>(table, Code.VEX_Vfmsub132pd_xmm_xmm_xmmm128, Code.VEX_Vfmsub132pd_ymm_ymm_ymmm256);
        Scalar<MultiplySubtract, Order132, Binary32, float, Size32>(table, Code.VEX_Vfmsub132ss_xmm_xmm_xmmm32);
        Scalar<MultiplySubtract, Order132, Binary64, double, Size64>(table, Code.VEX_Vfmsub132sd_xmm_xmm_xmmm64);
        Packed<MultiplySubtract, Order213, Binary32, float>(table, Code.VEX_Vfmsub213ps_xmm_xmm_xmmm128, Code.VEX_Vfmsub213ps_ymm_ymm_ymmm256);
        Packed<MultiplySubtract, Order213, Binary64, double>(table, Code.VEX_Vfmsub213pd_xmm_xmm_xmmm128, Code.VEX_Vfmsub213pd_ymm_ymm_ymmm256);
        Scalar<MultiplySubtract, Order213, Binary32, float, Size32>(table, Code.VEX_Vfmsub213ss_xmm_xmm_xmmm32);
        Scalar<MultiplySubtract, Order213, Binary64, double, Size64>(table, Code.VEX_Vfmsub213sd_xmm_xmm_xmmm64);
        Packed<MultiplySubtract, Order231, Binary32, float>(table, Code.VEX_Vfmsub231ps_xmm_xmm_xmmm128, Code.VEX_Vfmsub231ps_ymm_ymm_ymmm256);
        Packed<MultiplySubtract, Order231, Binary64, double>(table, Code.VEX_Vfmsub231pd_xmm_xmm_xmmm128, Code.VEX_Vfmsub231pd_ymm_ymm_ymmm256);
        Scalar<MultiplySubtract, Order231, Binary32, float, Size32>(table, Code.VEX_Vfmsub231ss_xmm_xmm_xmmm32);
        Scalar<MultiplySubtract, Order231, Binary64, double, Size64>(table, Code.VEX_Vfmsub231sd_xmm_xmm_xmmm64);
    }

    private static void RegisterFnmadd(InstructionTable table)
    {
        Packed<NegatedMultiplyAdd, Order132, Binary32, float>(table, Code.VEX_Vfnmadd132ps_xmm_xmm_xmmm128, Code.VEX_Vfnmadd132ps_ymm_ymm_ymmm256);
        Packed<NegatedMultiplyAdd, Order132, Binary64, double>(table, Code.VEX_Vfnmadd132pd_xmm_xmm_xmmm128, Code.VEX_Vfnmadd132pd_ymm_ymm_ymmm256);
        Scalar<NegatedMultiplyAdd, Order132, Binary32, float, Size32>(table, Code.VEX_Vfnmadd132ss_xmm_xmm_xmmm32);
        Scalar<NegatedMultiplyAdd, Order132, Binary64, double, Size64>(table, Code.VEX_Vfnmadd132sd_xmm_xmm_xmmm64);
        Packed<NegatedMultiplyAdd, Order213, Binary32, float>(table, Code.VEX_Vfnmadd213ps_xmm_xmm_xmmm128, Code.VEX_Vfnmadd213ps_ymm_ymm_ymmm256);
        Packed<NegatedMultiplyAdd, Order213, Binary64, double>(table, Code.VEX_Vfnmadd213pd_xmm_xmm_xmmm128, Code.VEX_Vfnmadd213pd_ymm_ymm_ymmm256);
        Scalar<NegatedMultiplyAdd, Order213, Binary32, float, Size32>(table, Code.VEX_Vfnmadd213ss_xmm_xmm_xmmm32);
        Scalar<NegatedMultiplyAdd, Order213, Binary64, double, Size64>(table, Code.VEX_Vfnmadd213sd_xmm_xmm_xmmm64);
        Packed<NegatedMultiplyAdd, Order231, Binary32, float>(table, Code.VEX_Vfnmadd231ps_xmm_xmm_xmmm128, Code.VEX_Vfnmadd231ps_ymm_ymm_ymmm256);
        Packed<NegatedMultiplyAdd, Order231, Binary64, double>(table, Code.VEX_Vfnmadd231pd_xmm_xmm_xmmm128, Code.VEX_Vfnmadd231pd_ymm_ymm_ymmm256);
        Scalar<NegatedMultiplyAdd, Order231, Binary32, float, Size32>(table, Code.VEX_Vfnmadd231ss_xmm_xmm_xmmm32);
        Scalar<NegatedMultiplyAdd, Order231, Binary64, double, Size64>(table, Code.VEX_Vfnmadd231sd_xmm_xmm_xmmm64);
    }

    private static void RegisterFnmsub(InstructionTable table)
    {
        Packed<NegatedMultiplySubtract, Order132, Binary32, float>(table, Code.VEX_Vfnmsub132ps_xmm_xmm_xmmm128, Code.VEX_Vfnmsub132ps_ymm_ymm_ymmm256);
        Packed<NegatedMultiplySubtract, Order132, Binary64, double>(table, Code.VEX_Vfnmsub132pd_xmm_xmm_xmmm128, Code.VEX_Vfnmsub132pd_ymm_ymm_ymmm256);
        Scalar<NegatedMultiplySubtract, Order132, Binary32, float, Size32>(table, Code.VEX_Vfnmsub132ss_xmm_xmm_xmmm32);
        Scalar<NegatedMultiplySubtract, Order132, Binary64, double, Size64>(table, Code.VEX_Vfnmsub132sd_xmm_xmm_xmmm64);
        Packed<NegatedMultiplySubtract, Order213, Binary32, float>(table, Code.VEX_Vfnmsub213ps_xmm_xmm_xmmm128, Code.VEX_Vfnmsub213ps_ymm_ymm_ymmm256);
        Packed<NegatedMultiplySubtract, Order213, Binary64, double>(table, Code.VEX_Vfnmsub213pd_xmm_xmm_xmmm128, Code.VEX_Vfnmsub213pd_ymm_ymm_ymmm256);
        Scalar<NegatedMultiplySubtract, Order213, Binary32, float, Size32>(table, Code.VEX_Vfnmsub213ss_xmm_xmm_xmmm32);
        Scalar<NegatedMultiplySubtract, Order213, Binary64, double, Size64>(table, Code.VEX_Vfnmsub213sd_xmm_xmm_xmmm64);
        Packed<NegatedMultiplySubtract, Order231, Binary32, float>(table, Code.VEX_Vfnmsub231ps_xmm_xmm_xmmm128, Code.VEX_Vfnmsub231ps_ymm_ymm_ymmm256);
        Packed<NegatedMultiplySubtract, Order231, Binary64, double>(table, Code.VEX_Vfnmsub231pd_xmm_xmm_xmmm128, Code.VEX_Vfnmsub231pd_ymm_ymm_ymmm256);
        Scalar<NegatedMultiplySubtract, Order231, Binary32, float, Size32>(table, Code.VEX_Vfnmsub231ss_xmm_xmm_xmmm32);
        Scalar<NegatedMultiplySubtract, Order231, Binary64, double, Size64>(table, Code.VEX_Vfnmsub231sd_xmm_xmm_xmmm64);
    }

    private static void RegisterFmaddsub(InstructionTable table)
    {
        Packed<MultiplyAddSubtract, Order132, Binary32, float>(table, Code.VEX_Vfmaddsub132ps_xmm_xmm_xmmm128, Code.VEX_Vfmaddsub132ps_ymm_ymm_ymmm256);
        Packed<MultiplyAddSubtract, Order132, Binary64, double>(table, Code.VEX_Vfmaddsub132pd_xmm_xmm_xmmm128, Code.VEX_Vfmaddsub132pd_ymm_ymm_ymmm256);
        Packed<MultiplyAddSubtract, Order213, Binary32, float>(table, Code.VEX_Vfmaddsub213ps_xmm_xmm_xmmm128, Code.VEX_Vfmaddsub213ps_ymm_ymm_ymmm256);
        Packed<MultiplyAddSubtract, Order213, Binary64, double>(table, Code.VEX_Vfmaddsub213pd_xmm_xmm_xmmm128, Code.VEX_Vfmaddsub213pd_ymm_ymm_ymmm256);
        Packed<MultiplyAddSubtract, Order231, Binary32, float>(table, Code.VEX_Vfmaddsub231ps_xmm_xmm_xmmm128, Code.VEX_Vfmaddsub231ps_ymm_ymm_ymmm256);
        Packed<MultiplyAddSubtract, Order231, Binary64, double>(table, Code.VEX_Vfmaddsub231pd_xmm_xmm_xmmm128, Code.VEX_Vfmaddsub231pd_ymm_ymm_ymmm256);
    }

    private static void RegisterFmsubadd(InstructionTable table)
    {
        Packed<MultiplySubtractAdd, Order132, Binary32, float>(table, Code.VEX_Vfmsubadd132ps_xmm_xmm_xmmm128, Code.VEX_Vfmsubadd132ps_ymm_ymm_ymmm256);
        Packed<MultiplySubtractAdd, Order132, Binary64, double>(table, Code.VEX_Vfmsubadd132pd_xmm_xmm_xmmm128, Code.VEX_Vfmsubadd132pd_ymm_ymm_ymmm256);
        Packed<MultiplySubtractAdd, Order213, Binary32, float>(table, Code.VEX_Vfmsubadd213ps_xmm_xmm_xmmm128, Code.VEX_Vfmsubadd213ps_ymm_ymm_ymmm256);
        Packed<MultiplySubtractAdd, Order213, Binary64, double>(table, Code.VEX_Vfmsubadd213pd_xmm_xmm_xmmm128, Code.VEX_Vfmsubadd213pd_ymm_ymm_ymmm256);
        Packed<MultiplySubtractAdd, Order231, Binary32, float>(table, Code.VEX_Vfmsubadd231ps_xmm_xmm_xmmm128, Code.VEX_Vfmsubadd231ps_ymm_ymm_ymmm256);
        Packed<MultiplySubtractAdd, Order231, Binary64, double>(table, Code.VEX_Vfmsubadd231pd_xmm_xmm_xmmm128, Code.VEX_Vfmsubadd231pd_ymm_ymm_ymmm256);
    }

    private static void Packed<TSigns, TOrder, TFormat, T>(InstructionTable table, Code vex128, Code vex256)
        where TSigns : struct, IFusedSigns where TOrder : struct, IFusedOrder
        where TFormat : struct, IHostFloatFormat<T> where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        QuickForms.Packed<FloatFused<TSigns, TOrder, PackedElements, TFormat, T>, FloatFused<TSigns, TOrder, WideElements, TFormat, T>>(
            table, Code.INVALID, vex128, vex256);

    /// <summary>Unlike other VEX scalars these keep the rest of the destination's low half, which is one of the operands.</summary>
    private static void Scalar<TSigns, TOrder, TFormat, T, TSize>(InstructionTable table, Code vex)
        where TSigns : struct, IFusedSigns where TOrder : struct, IFusedOrder where TSize : struct, IOperandSize
        where TFormat : struct, IHostFloatFormat<T> where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        QuickForms.Scalar<FloatFused<TSigns, TOrder, ScalarElement, TFormat, T>, TSize>(table, Code.INVALID, vex);
}
