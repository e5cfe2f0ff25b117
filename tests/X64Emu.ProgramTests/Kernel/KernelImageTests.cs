using System.Buffers.Binary;
using Iced.Intel;
using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests.Kernel;

/// <summary>What the compiled kernel may contain.</summary>
public sealed class KernelImageTests
{
    private const int CodeFlags = 4, ProgramBits = 1, MinimumInstructions = 50_000;

    /// <summary>Of the user's vector and x87 registers the entry code saves XMM0 and XMM8 alone: a compiler that used others would destroy them.</summary>
    [Fact]
    public void Code_OfVectorAndX87Registers_UsesThoseThatEntrySaves()
    {
        byte[] image = File.ReadAllBytes(Repository.Kernel);
        SortedSet<string> used = [];
        int instructions = 0;
        foreach ((ulong address, int offset, int length) in CodeSections(image))
        {
            Decoder decoder = Decoder.Create(64, image.AsSpan(offset, length).ToArray());
            decoder.IP = address;
            while (decoder.IP < address + (ulong)length)
            {
                Instruction instruction = decoder.Decode();
                instructions++;
                if (instruction.IsInvalid) continue;
                if (instruction.Mnemonic is Mnemonic.Ldmxcsr or Mnemonic.Fldcw or Mnemonic.Fninit or Mnemonic.Emms) used.Add(instruction.ToString());
                for (int operand = 0; operand < instruction.OpCount; operand++)
                {
                    Register register = instruction.GetOpKind(operand) == OpKind.Register ? instruction.GetOpRegister(operand) : Register.None;
                    if (register.IsVectorRegister() || register.IsMM() || register.IsST()) used.Add(register.ToString());
                }
            }
        }
        Assert.True(instructions > MinimumInstructions, $"only {instructions} instructions");
        Assert.Equal(["XMM0", "XMM8"], used);
    }

    /// <summary>Address, file offset and length of the sections with 64-bit code. The boot code begins in 32-bit mode and has a section of its own.</summary>
    private static IEnumerable<(ulong Address, int Offset, int Length)> CodeSections(byte[] image)
    {
        int table = (int)BinaryPrimitives.ReadUInt64LittleEndian(image.AsSpan(0x28));
        int entryBytes = BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(0x3a)), count = BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(0x3c));
        for (int index = 0; index < count; index++)
        {
            ReadOnlySpan<byte> header = image.AsSpan(table + index * entryBytes, entryBytes);
            if (BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) != ProgramBits) continue;
            if ((BinaryPrimitives.ReadUInt64LittleEndian(header[8..]) & CodeFlags) == 0) continue;
            yield return (BinaryPrimitives.ReadUInt64LittleEndian(header[16..]), (int)BinaryPrimitives.ReadUInt64LittleEndian(header[24..]),
                (int)BinaryPrimitives.ReadUInt64LittleEndian(header[32..]));
        }
    }
}
