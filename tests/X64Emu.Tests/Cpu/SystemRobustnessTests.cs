using X64Emu.Cpu;
using X64Emu.Primitives;
using Xunit;

namespace X64Emu.Tests.Cpu;

/// <summary>A hostile guest: random system instructions on random registers and random tables, in both rings. Nothing may escape.</summary>
public sealed class SystemRobustnessTests
{
    /// <summary>Beginnings of system instructions; random bytes follow.</summary>
    private static readonly byte[][] Beginnings =
    [
        [0x0f, 0x00], [0x0f, 0x01], [0x0f, 0x02], [0x0f, 0x03], [0x0f, 0x05], [0x0f, 0x06], [0x0f, 0x07], [0x48, 0x0f, 0x07], [0x0f, 0x09],
        [0x0f, 0x20], [0x0f, 0x21], [0x0f, 0x22], [0x0f, 0x23], [0x44, 0x0f, 0x22], [0x0f, 0x30], [0x0f, 0x31], [0x0f, 0x32], [0x0f, 0x34],
        [0x0f, 0x35], [0x48, 0x0f, 0x35], [0x0f, 0xa0], [0x0f, 0xa1], [0x0f, 0xa2], [0x0f, 0xa9], [0x0f, 0xb2], [0x48, 0x0f, 0xb4],
        [0x66, 0x0f, 0x38, 0x82], [0x8c], [0x8e], [0xca], [0xcb], [0x48, 0xcb], [0xcc], [0xcd], [0xcf], [0x48, 0xcf], [0xf1], [0xf3, 0x6c],
        [0xf3, 0x6e], [0x6d], [0xe4], [0xe6], [0xec], [0xef], [0xf4], [0xfa], [0xfb], [0xff], [0x48, 0xff], [0x9c], [0x9d], [0x58], [0x50], [0x89],
    ];

    private static readonly ulong[] Interesting =
    [
        0, 1, 3, 8, 0x10, 0x1b, 0x23, 0x2b, 0x30, 0x58, 0x202, 0x7000, SystemMachine.Gdt, SystemMachine.Idt, SystemMachine.Pml4, SystemMachine.KernelStack,
        SystemMachine.User, SystemMachine.UserData, SystemMachine.Absent, SystemMachine.NonCanonical, 0x8001_0033, 0x6a0, 0x2_06a0, 0x30_06a0,
        0xc000_0080, 0xc000_0082, 0xc000_0100, 0x10, 0xd01, 0x4702, 0x3_0102, ulong.MaxValue, 0x7fff_ffff, 0xffff_ffff,
    ];

    [Theory]
    [InlineData(0, false)]
    [InlineData(3, false)]
    [InlineData(0, true)]
    [InlineData(3, true)]
    public void RandomSystemInstructions_OnRandomState_NeverEscape(int ring, bool reference)
    {
        for (int seed = 0; seed < 150; seed++)
        {
            Random random = new(seed * 4 + ring);
            using SystemMachine machine = new(new ProcessorOptions { ReferenceMode = reference, StopOnUnhandledException = false });
            if (ring == 3) machine.EnterUser();
            ulong start = machine.Registers.Rip.Value;
            for (int round = 0; round < 30; round++)
            {
                byte[] code = new byte[96];
                random.NextBytes(code);
                for (int at = 0; at < 80;)
                {
                    byte[] beginning = Beginnings[random.Next(Beginnings.Length)];
                    beginning.CopyTo(code, at);
                    at += beginning.Length + random.Next(4);
                }
                machine.Machine.Memory.Write(new(start), code);
                ulong damaged = random.Next(3) switch { 0 => SystemMachine.Gdt, 1 => SystemMachine.Idt, _ => SystemMachine.TaskState };
                machine.Write(damaged + (ulong)random.Next(16) * 8, (ulong)random.NextInt64());
                foreach (GeneralRegister register in Enum.GetValues<GeneralRegister>())
                    machine.Registers[register] = Interesting[random.Next(Interesting.Length)];
                machine.Registers.Rip = new(start);
                if (random.Next(4) == 0) machine.Processor.NonMaskableInterrupt.SetLevel(random.Next(2) == 0);
                machine.Processor.Run(random.Next(1, 300));
            }
        }
    }
}
