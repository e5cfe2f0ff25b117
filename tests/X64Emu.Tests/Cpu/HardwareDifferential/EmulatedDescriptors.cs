using System.Buffers.Binary;
using X64Emu.Cpu;

namespace X64Emu.Tests.Cpu.HardwareDifferential;

/// <summary>A global descriptor table as 64-bit Linux has it, for instructions that load or look up selectors.</summary>
internal static class EmulatedDescriptors
{
    /// <summary>How many entries it has.</summary>
    public const int Count = 16;

    /// <summary>The last one's limit is the processor's number on Linux, and 0 here.</summary>
    private const ulong ProcessorNumber = 0x0040_f500_0000_0000;

    /// <summary>In the upper half of the address space, which programs of the host cannot reach either.</summary>
    private const ulong Address = 0xffff_fe00_0000_1000;

    private const int FirstSegment = 1;

    /// <summary>Code for 32 bits, code and data of the kernel; then the same of programs, data before 64-bit code.</summary>
    private static readonly ushort[] attributes = [0xc09b, 0xa09b, 0xc093, 0xc0fb, 0xc0f3, 0xa0fb];

    public static void Install(Machine machine, UserAddressSpace space)
    {
        byte[] table = new byte[8 * Count];
        for (int index = 0; index < attributes.Length; index++)
        {
            // Base 0, limit 0xfffff: the attributes are bits 40 to 55 but for the limit's highest four.
            ulong descriptor = 0xffff | (ulong)(attributes[index] | 0xf00) << 40;
            BinaryPrimitives.WriteUInt64LittleEndian(table.AsSpan(8 * (FirstSegment + index)), descriptor);
        }
        BinaryPrimitives.WriteUInt64LittleEndian(table.AsSpan(8 * (Count - 1)), ProcessorNumber);
        space.Map(new(Address), 4096, PageRights.Read);
        space.Write(new(Address), table);
        machine.Processor.Registers.Gdtr = new DescriptorTable(Address, (ushort)(table.Length - 1));
    }
}
