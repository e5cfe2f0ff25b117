using System.Buffers.Binary;
using Iced.Intel;
using X64Emu.Cpu.Floating;
using X64Emu.Tests.Cpu.Native;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu.Floating.Transcendental;

/// <summary>The x87 state after one instruction that found ST(0) = x and ST(1) = y.</summary>
internal readonly record struct NativeOutcome(Float80 Top, Float80 Second, ushort Status)
{
    public FloatExceptions Raised => (FloatExceptions)Status & FloatExceptions.All;

    public bool C0 => (Status & 1 << 8) != 0;

    public bool C1 => (Status & 1 << 9) != 0;

    public bool C2 => (Status & 1 << 10) != 0;

    public bool C3 => (Status & 1 << 14) != 0;

    /// <summary>Registers in use: 1 when one was popped, 3 when one was pushed.</summary>
    public int Depth => 8 - (Status >> 11 & 7);
}

/// <summary>One x87 instruction run by the host's processor. Unmasked exceptions stay pending and are thrown away, so that none is signalled.</summary>
internal sealed unsafe class NativeX87
{
    private const int YOffset = 16, ControlOffset = 32, ImageOffset = 48, ImageBytes = 108;
    private const int StatusInImage = 4, RegistersInImage = 28, RegisterBytes = 10;

    private readonly delegate* unmanaged<byte*, void> _entry;

    public NativeX87(Action<Assembler> instruction)
    {
        var code = new Assembler(64);
        code.fninit();
        code.fld(__tbyte_ptr[rdi + YOffset]);
        code.fld(__tbyte_ptr[rdi]);
        code.fldcw(__word_ptr[rdi + ControlOffset]);
        instruction(code);
        code.fnsave(__[rdi + ImageOffset]);
        code.fninit();
        code.ret();
        _entry = (delegate* unmanaged<byte*, void>)ExecutableMemory.Install(code);
    }

    public NativeOutcome Run(Float80 x, Float80 y, ushort control)
    {
        byte* frame = stackalloc byte[ImageOffset + ImageBytes];
        x.Store(frame);
        y.Store(frame + YOffset);
        BinaryPrimitives.WriteUInt16LittleEndian(new Span<byte>(frame + ControlOffset, 2), control);
        _entry(frame);
        byte* image = frame + ImageOffset;
        return new(
            Float80.Load(image + RegistersInImage),
            Float80.Load(image + RegistersInImage + RegisterBytes),
            BinaryPrimitives.ReadUInt16LittleEndian(new ReadOnlySpan<byte>(image + StatusInImage, 2)));
    }
}
