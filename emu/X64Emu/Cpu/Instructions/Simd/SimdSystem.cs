using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>LDMXCSR. Bits that do not exist raise #GP(0).</summary>
internal readonly unsafe struct LoadMxcsr : ISimdOperation
{
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        uint value = *(uint*)source;
        if ((value & ~Mxcsr.ValidBits) != 0) return Faults.GeneralProtection(c);
        c->Mxcsr = value;
        return true;
    }
}

/// <summary>STMXCSR.</summary>
internal readonly unsafe struct StoreMxcsr : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(uint*)destination = c->Mxcsr;
        return true;
    }
}

/// <summary>CLFLUSH, CLFLUSHOPT and CLWB: check their address like a load of one byte (Intel SDM Vol. 2, CLFLUSH); caches are not modelled.</summary>
internal readonly unsafe struct Touch : ISimdOperation
{
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source) => true;
}

/// <summary>Control, cacheability and ordering.</summary>
internal static unsafe class SimdSystem
{
    public static void Register(InstructionTable table)
    {
        table.Add(new SimdLoadBinder<LoadMxcsr, LoadMxcsr, XmmFile, XmmFile, Size32, Unaligned, Legacy>(ExecutionUnit.Sse, mayFault: true), [Code.Ldmxcsr_m32]);
        table.Add(
            new SimdLoadBinder<LoadMxcsr, LoadMxcsr, XmmFile, XmmFile, Size32, Unaligned, Legacy>(ExecutionUnit.Avx, mayFault: true), [Code.VEX_Vldmxcsr_m32]);
        table.Add(new SimdStoreBinder<StoreMxcsr, StoreMxcsr, XmmFile, XmmFile, Size32, Unaligned, Legacy>(ExecutionUnit.Sse), [Code.Stmxcsr_m32]);
        table.Add(new SimdStoreBinder<StoreMxcsr, StoreMxcsr, XmmFile, XmmFile, Size32, Unaligned, Legacy>(ExecutionUnit.Avx), [Code.VEX_Vstmxcsr_m32]);
        table.Add(new FixedBinder(Handler.Of(&ZeroUpper), ExecutionUnit.Avx), [Code.VEX_Vzeroupper]);
        table.Add(new FixedBinder(Handler.Of(&ZeroAll), ExecutionUnit.Avx), [Code.VEX_Vzeroall]);
        table.Add(new TouchBinder(), [Code.Clflush_m8, Code.Clflushopt_m8, Code.Clwb_m8]);
        // One processor that runs in program order: hints and fences have nothing to do, and prefetches never fault.
        table.Add(new FixedBinder(Handler.Of(&Nothing)), Mnemonic.Prefetchnta, Mnemonic.Prefetcht0, Mnemonic.Prefetcht1, Mnemonic.Prefetcht2,
            Mnemonic.Prefetch, Mnemonic.Prefetchw, Mnemonic.Prefetchwt1,
            Mnemonic.Sfence, Mnemonic.Lfence, Mnemonic.Mfence);
        table.Add(new ComplexBinder<SaveFxState<FxFormat32>>(Ending.Next, ExecutionUnit.FxState), [Code.Fxsave_m512byte]);
        table.Add(new ComplexBinder<SaveFxState<FxFormat64>>(Ending.Next, ExecutionUnit.FxState), [Code.Fxsave64_m512byte]);
        table.Add(new ComplexBinder<RestoreFxState<FxFormat32>>(Ending.Next, ExecutionUnit.FxState), [Code.Fxrstor_m512byte]);
        table.Add(new ComplexBinder<RestoreFxState<FxFormat64>>(Ending.Next, ExecutionUnit.FxState), [Code.Fxrstor64_m512byte]);
    }

    private static void Nothing(CpuState* c, Op* o) => Chain.Next(c, o);

    /// <summary>VZEROUPPER, which compilers put at the end of every function that uses YMM registers.</summary>
    private static void ZeroUpper(CpuState* c, Op* o)
    {
        // Four at a time: this is too short for a loop of single stores.
        byte* upper = (byte*)c + CpuState.XmmOffset + 16;
        for (byte* end = upper + 16 * CpuState.XmmStride; upper != end; upper += 4 * CpuState.XmmStride)
        {
            *(Xmm*)upper = Xmm.Zero;
            *(Xmm*)(upper + CpuState.XmmStride) = Xmm.Zero;
            *(Xmm*)(upper + 2 * CpuState.XmmStride) = Xmm.Zero;
            *(Xmm*)(upper + 3 * CpuState.XmmStride) = Xmm.Zero;
        }
        Chain.Next(c, o);
    }

    private static void ZeroAll(CpuState* c, Op* o)
    {
        byte* registers = (byte*)c + CpuState.XmmOffset;
        for (int half = 0; half < 32; half++) *(Xmm*)(registers + half * 16) = Xmm.Zero;
        Chain.Next(c, o);
    }
}

internal sealed unsafe class TouchBinder : Binder
{
    public override Handler Bind(in Instruction instruction, in BindContext context)
    {
        Operands.FillAddress(context.Op, instruction);
        return SimdLoad<Touch, XmmFile, XmmFile, Size8, Unaligned, Legacy>.BindMemory(context.Op);
    }
}
