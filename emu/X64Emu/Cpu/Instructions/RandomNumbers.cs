using Iced.Intel;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu.Instructions;

/// <summary>RDRAND and RDSEED. There always is a number: CF is set, the other flags are cleared.</summary>
internal static unsafe class RandomNumbers
{
    private readonly struct Draw<TSize> : IComplexInstruction where TSize : struct, IOperandSize
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            TSize.WriteRegister((byte*)c + o->Destination, Processor.Of(c).Random.Next());
            LazyFlags.SetExplicit(c, LazyFlags.Carry);
            return true;
        }
    }

    public static void Register(InstructionTable table)
    {
        table.Add(new ComplexBinder<Draw<Size16>>(Ending.Next), Code.Rdrand_r16, Code.Rdseed_r16);
        table.Add(new ComplexBinder<Draw<Size32>>(Ending.Next), Code.Rdrand_r32, Code.Rdseed_r32);
        table.Add(new ComplexBinder<Draw<Size64>>(Ending.Next), Code.Rdrand_r64, Code.Rdseed_r64);
    }
}
