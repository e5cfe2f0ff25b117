using System.Runtime.InteropServices;
using Iced.Intel;
using X64Emu.Cpu;
using X64Emu.Primitives;
using X64Emu.Tests.Cpu.Native;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu.Instructions.X87;

/// <summary>x87 control instructions, FXSAVE64 and FXRSTOR64 against the host's processor: state in by FXRSTOR64, state out by FXSAVE64.</summary>
public unsafe class X87ControlNativeTests
{
    private const int Cases = 500;
    private const int Seed = 1980;

    // Offsets from RDI.
    private const int StateBefore = 0, StateAfter = 512, Operand = 1024, HostState = 2048, AreaBytes = 4096;
    private const int OperandBytes = 128, MxcsrMask = 28;

    [NativeFact]
    public void FxsaveAndFxrstor_AnyState_AgreesWithProcessor() => Check("fxsave", code => { });

    [NativeFact]
    public void InitAndClear_AnyState_AgreesWithProcessor()
    {
        Check("fninit", code => code.fninit());
        Check("fnclex", code => code.fnclex());
        Check("wait", code => code.wait());
        Check("emms", code => code.emms());
    }

    [NativeFact]
    public void ControlAndStatusWords_AnyState_AgreesWithProcessor()
    {
        Check("fldcw", code => code.fldcw(__word_ptr[rdi + Operand]));
        Check("fnstcw", code => code.fnstcw(__word_ptr[rdi + Operand]));
        Check("fnstsw", code => code.fnstsw(__word_ptr[rdi + Operand]));
        Check("fnstsw ax", code => code.fnstsw(ax));
    }

    [NativeFact]
    public void Environment_AnyState_AgreesWithProcessor()
    {
        Check("fnstenv", code => code.AddInstruction(OnOperand(Code.Fnstenv_m28byte)));
        Check("fnstenv16", code => code.AddInstruction(OnOperand(Code.Fnstenv_m14byte)));
        Check("fldenv", code => code.AddInstruction(OnOperand(Code.Fldenv_m28byte)));
        Check("fldenv16", code => code.AddInstruction(OnOperand(Code.Fldenv_m14byte)));
        Check("fnsave", code => code.AddInstruction(OnOperand(Code.Fnsave_m108byte)));
        Check("fnsave16", code => code.AddInstruction(OnOperand(Code.Fnsave_m94byte)));
        Check("frstor", code => code.AddInstruction(OnOperand(Code.Frstor_m108byte)));
        Check("frstor16", code => code.AddInstruction(OnOperand(Code.Frstor_m94byte)));
    }

    private static Instruction OnOperand(Code code) => Instruction.Create(code, new MemoryOperand(Register.RDI, Operand, 8));

    private static void Check(string name, Action<Assembler> emit)
    {
        var body = new Assembler(64);
        body.fxrstor64(__[rdi + StateBefore]);
        emit(body);
        body.fxsave64(__[rdi + StateAfter]);
        var native = (delegate* unmanaged<byte*, ulong>)Install(emit);
        using var processor = new FlatProcessor();
        processor.Load([.. body.Instructions]);
        byte* area = (byte*)NativeMemory.AlignedAlloc(AreaBytes, 64);
        byte[] start = new byte[Operand + OperandBytes];
        var random = new Random(Seed);
        for (int i = 0; i < Cases; i++)
        {
            new Span<byte>(start).Clear();
            fixed (byte* image = start) FillState(image, random);
            random.NextBytes(start.AsSpan(Operand, OperandBytes));
            string? failure = Compare(start, native, processor, area);
            // The system may have switched tasks between two instructions, and pointers without an exception are not saved.
            for (int attempt = 0; failure != null && attempt < 2; attempt++) failure = Compare(start, native, processor, area);
            if (failure != null) Assert.Fail($"{name} {Convert.ToHexString(start[..32])} {Convert.ToHexString(start.AsSpan(Operand, 32))}: {failure}");
        }
        NativeMemory.AlignedFree(area);
    }

    /// <summary>Runs both sides. Returns what differs, or null.</summary>
    private static string? Compare(byte[] start, delegate* unmanaged<byte*, ulong> native, FlatProcessor processor, byte* area)
    {
        Span<byte> guest = processor.Memory(FlatProcessor.DataAddress, start.Length);
        start.CopyTo(guest);
        start.CopyTo(new Span<byte>(area, start.Length));
        processor.Registers[GeneralRegister.Rdi] = FlatProcessor.DataAddress;
        processor.Registers[GeneralRegister.Rax] = 0;
        ExceptionInfo? exception = processor.Run();
        ulong nativeResult = native(area);
        bool nativeFaulted = nativeResult >> 32 != 0;
        if (exception?.Vector != (nativeFaulted ? ExceptionVector.X87FloatingPoint : null)) return $"exception {exception}, processor {nativeFaulted}";
        if (nativeFaulted) return null;
        if ((uint)nativeResult != (uint)processor.Registers[GeneralRegister.Rax]) return $"EAX {nativeResult:x}";
        // MXCSR_MASK tells which optional bits of MXCSR there are: not the same on all processors.
        guest.Slice(StateAfter + MxcsrMask, 4).CopyTo(new Span<byte>(area + StateAfter + MxcsrMask, 4));
        return Difference("state", new Span<byte>(area + StateAfter, 416), guest.Slice(StateAfter, 416))
            ?? Difference("operand", new Span<byte>(area + Operand, OperandBytes), guest.Slice(Operand, OperandBytes));
    }

    /// <summary>Returns EAX, and R10 (1 after #MF) in the upper half.</summary>
    private static ulong Install(Action<Assembler> emit)
    {
        FloatingPointSignal.Catch();
        var code = new Assembler(64);
        Label resume = code.CreateLabel();
        code.fxsave64(__[rdi + HostState]);
        code.xor(eax, eax);
        code.xor(r10d, r10d);
        code.lea(r11, __[resume]);
        code.fxrstor64(__[rdi + StateBefore]);
        emit(code);
        code.Label(ref resume);
        code.fxsave64(__[rdi + StateAfter]);
        code.fnclex();
        code.fxrstor64(__[rdi + HostState]);
        code.shl(r10, 32);
        code.or(rax, r10);
        code.ret();
        return ExecutableMemory.Install(code);
    }

    /// <summary>A random FXRSTOR image. The summary bits follow from flags and masks, as they always do in a saved one.</summary>
    private static void FillState(byte* image, Random random)
    {
        random.NextBytes(new Span<byte>(image + 32, 384));
        // Opcode, instruction and data pointer.
        random.NextBytes(new Span<byte>(image + 6, 18));
        ushort control = (ushort)random.Next(0x10000), status = (ushort)(random.Next(0x10000) & 0x7F7F);
        if (random.Next(2) == 0) control |= 0x3F;
        if ((status & ~control & 0x3F) != 0) status |= 0x8080;
        *(ushort*)image = control;
        *(ushort*)(image + 2) = status;
        image[4] = (byte)random.Next(256);
        *(uint*)(image + 24) = 0x1F80;
        // Some registers of every class that the tag word tells apart.
        for (int i = 0; i < 8; i++)
        {
            byte* register = image + 32 + 16 * i;
            if (random.Next(4) == 0) *(ulong*)register = 0;
            if (random.Next(4) == 0) *(ushort*)(register + 8) &= 0x8000;
            if (random.Next(8) == 0) *(ushort*)(register + 8) |= 0x7FFF;
            *(uint*)(register + 10) = 0;
            *(ushort*)(register + 14) = 0;
        }
    }

    private static string? Difference(string what, Span<byte> expected, Span<byte> actual)
    {
        int index = expected.CommonPrefixLength(actual);
        return index == expected.Length ? null : $"{what} byte {index}: processor {expected[index]:x2}, emulator {actual[index]:x2}";
    }
}
