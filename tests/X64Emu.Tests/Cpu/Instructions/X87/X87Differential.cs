using System.Runtime.InteropServices;
using Iced.Intel;
using X64Emu.Cpu;
using X64Emu.Primitives;
using X64Emu.Tests.Cpu.Native;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu.Instructions.X87;

/// <summary>
/// Runs one instruction on the host's processor and in the emulator: state in by FXRSTOR64, state out by FXSAVE64 and FNSTENV. The memory
/// operand is at [RDI + Operand].
/// </summary>
internal sealed unsafe class X87Differential : IDisposable
{
    // Offsets from RDI.
    public const int Before = 0, After = 512, Operand = 1024, OperandBytes = 128;
    private const int Environment = 1152, FlagsBefore = 1192, FlagsAfter = 1200, RaxAfter = 1208, Site = 1216, Faulted = 1224, HostState = 2048, AreaBytes = 4096;

    private readonly string _name;
    private readonly ulong _ulps;
    /// <summary>One that takes the short ways, and one that runs the complete instructions alone.</summary>
    private readonly FlatProcessor[] _processors = [new(), new(new ProcessorOptions { ReferenceMode = true })];
    private readonly delegate* unmanaged<byte*, void> _native;
    private readonly ulong _guestSite;
    private readonly byte* _area = (byte*)NativeMemory.AlignedAlloc(AreaBytes, 64);

    /// <param name="name">For messages.</param>
    /// <param name="instruction">What is run.</param>
    /// <param name="ulps">How far inexact results may be apart; C1 tells nothing then.</param>
    public X87Differential(string name, Instruction instruction, ulong ulps = 0)
    {
        _ulps = ulps;
        _name = name;
        FloatingPointSignal.Catch();
        var code = new Assembler(64);
        Label resume = code.CreateLabel();
        code.fxsave64(__[rdi + HostState]);
        Emit(code, instruction, resume);
        code.mov(__qword_ptr[rdi + Faulted], r10);
        code.fnclex();
        code.fxrstor64(__[rdi + HostState]);
        code.ret();
        _native = (delegate* unmanaged<byte*, void>)ExecutableMemory.Install(code);
        var body = new Assembler(64);
        int index = Emit(body, instruction, body.CreateLabel());
        foreach (FlatProcessor processor in _processors)
        {
            processor.Load([.. body.Instructions.Take(index)]);
            _guestSite = processor.End;
            processor.Load([.. body.Instructions]);
        }
    }

    /// <summary>The memory that both sides start from: the FXRSTOR image, and the operand.</summary>
    public Span<byte> Area => new(_area, AreaBytes);

    public static Instruction OnOperand(Code code) => Instruction.Create(code, new MemoryOperand(Register.RDI, Operand, 8));

    /// <summary>Runs both sides. Returns what differs, or null.</summary>
    public string? Run(ulong flags)
    {
        *(ulong*)(_area + FlagsBefore) = flags | 0x202;
        byte[] start = Area[..(Operand + OperandBytes + 128)].ToArray();
        foreach (FlatProcessor processor in _processors)
        {
            string? failure = Compare(start, processor);
            // The system may have switched tasks between instruction and FNSTENV, and pointers without an exception are not saved.
            for (int attempt = 0; failure != null && attempt < 2; attempt++) failure = Compare(start, processor);
            if (failure != null) return failure;
        }
        return null;
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_area);
        foreach (FlatProcessor processor in _processors) processor.Dispose();
    }

    /// <summary>Returns how many instructions come before the one that is tested.</summary>
    private static int Emit(Assembler code, Instruction instruction, Label resume)
    {
        Label site = code.CreateLabel();
        code.xor(r10d, r10d);
        code.lea(r11, __[resume]);
        code.lea(rax, __[site]);
        code.mov(__qword_ptr[rdi + Site], rax);
        code.fxrstor64(__[rdi + Before]);
        code.mov(eax, 0);
        code.push(__qword_ptr[rdi + FlagsBefore]);
        code.popfq();
        code.Label(ref site);
        int index = code.Instructions.Count;
        code.AddInstruction(instruction);
        code.Label(ref resume);
        code.pushfq();
        code.pop(__qword_ptr[rdi + FlagsAfter]);
        code.mov(__qword_ptr[rdi + RaxAfter], rax);
        code.fxsave64(__[rdi + After]);
        code.AddInstruction(Instruction.Create(Code.Fnstenv_m28byte, new MemoryOperand(Register.RDI, Environment, 8)));
        return index;
    }

    private string? Compare(byte[] start, FlatProcessor processor)
    {
        start.CopyTo(Area);
        Span<byte> guest = processor.Memory(FlatProcessor.DataAddress, AreaBytes);
        Area.CopyTo(guest);
        processor.Registers[GeneralRegister.Rdi] = FlatProcessor.DataAddress;
        processor.Registers[GeneralRegister.Rsp] = FlatProcessor.DataAddress + 0x10000;
        ExceptionInfo? exception = processor.Run();
        _native(_area);
        bool faulted = *(ulong*)(_area + Faulted) != 0;
        string? failure = null;
        if (exception?.Vector != (faulted ? ExceptionVector.X87FloatingPoint : null)) failure = $"exception {exception}, processor {faulted}";
        else if (faulted && exception?.InstructionPointer.Value != _guestSite) failure = $"{exception} is reported elsewhere";
        else if (!faulted)
        {
            fixed (byte* emulated = guest) failure = Compare(emulated);
        }
        return failure == null ? null : $"{_name} {Describe(start)}: {failure}";
    }

    private string? Compare(byte* guest)
    {
        byte* host = _area;
        ushort Word(byte* side, int offset) => *(ushort*)(side + offset);
        ulong Long(byte* side, int offset) => *(ulong*)(side + offset);
        if (Word(host, After) != Word(guest, After)) return $"control {Word(host, After):x4}, emulated {Word(guest, After):x4}";
        bool isApproximate = _ulps != 0 && (Word(host, After + 2) & 0x20) != 0;
        if (((Word(host, After + 2) ^ Word(guest, After + 2)) & (isApproximate ? ~0x200 : ~0)) != 0) return $"status {Word(host, After + 2):x4}, emulated {Word(guest, After + 2):x4}";
        if (host[After + 4] != guest[After + 4]) return $"tag {host[After + 4]:x2}, emulated {guest[After + 4]:x2}";
        for (int register = 0; register < 8; register++)
        {
            int offset = After + 32 + 16 * register;
            if (isApproximate && Position(host + offset) - Position(guest + offset) + _ulps <= 2 * _ulps) continue;
            if (Long(host, offset) != Long(guest, offset) || Word(host, offset + 8) != Word(guest, offset + 8))
                return $"ST({register}) {Word(host, offset + 8):x4}:{Long(host, offset):x16}, emulated {Word(guest, offset + 8):x4}:{Long(guest, offset):x16}";
        }
        for (int offset = Operand; offset < Operand + OperandBytes; offset += 8)
        {
            if (Long(host, offset) != Long(guest, offset)) return $"memory {offset - Operand} {Long(host, offset):x16}, emulated {Long(guest, offset):x16}";
        }
        if (Long(host, FlagsAfter) != Long(guest, FlagsAfter)) return $"flags {Long(host, FlagsAfter):x}, emulated {Long(guest, FlagsAfter):x}";
        if (Long(host, RaxAfter) != Long(guest, RaxAfter)) return $"rax {Long(host, RaxAfter):x}, emulated {Long(guest, RaxAfter):x}";
        if (Word(host, After + 6) != Word(guest, After + 6)) return $"saved opcode {Word(host, After + 6):x4}, emulated {Word(guest, After + 6):x4}";
        // Addresses differ between the two sides: they count from the instruction and from the operand.
        ulong guestArea = FlatProcessor.DataAddress;
        string? pointers = Same("saved FIP", Long(host, After + 8), Long(guest, After + 8), Long(host, Site), _guestSite, ulong.MaxValue)
            ?? Same("saved FDP", Long(host, After + 16), Long(guest, After + 16), (ulong)host, guestArea, ulong.MaxValue)
            ?? Same("FIP", *(uint*)(host + Environment + 12), *(uint*)(guest + Environment + 12), Long(host, Site), _guestSite, uint.MaxValue)
            ?? Same("FDP", *(uint*)(host + Environment + 20), *(uint*)(guest + Environment + 20), (ulong)host, guestArea, uint.MaxValue);
        if (pointers != null) return pointers;
        if (Word(host, Environment + 18) != Word(guest, Environment + 18))
            return $"opcode {Word(host, Environment + 18):x4}, emulated {Word(guest, Environment + 18):x4}";
        return Word(host, Environment + 8) != Word(guest, Environment + 8)
            ? $"tag word {Word(host, Environment + 8):x4}, emulated {Word(guest, Environment + 8):x4}" : null;
    }

    /// <summary>A number's place among all numbers of its sign: neighbours differ by one.</summary>
    private static UInt128 Position(byte* register) => ((UInt128)(*(ushort*)(register + 8)) << 63) + (*(ulong*)register & long.MaxValue);

    private static string? Same(string what, ulong host, ulong guest, ulong hostBase, ulong guestBase, ulong mask)
    {
        bool same = host == 0 || guest == 0 ? host == guest : ((host - hostBase) & mask) == ((guest - guestBase) & mask);
        return same ? null : $"{what} {host:x} from {hostBase:x}, emulated {guest:x} from {guestBase:x}";
    }

    private static string Describe(byte[] area)
    {
        string registers = "";
        for (int register = 0; register < 3; register++)
        {
            int offset = 32 + 16 * register;
            registers += $" {BitConverter.ToUInt16(area, offset + 8):x4}:{BitConverter.ToUInt64(area, offset):x16}";
        }
        return $"control {BitConverter.ToUInt16(area, 0):x4} status {BitConverter.ToUInt16(area, 2):x4} tag {area[4]:x2} stack{registers}"
            + $" memory {BitConverter.ToUInt16(area, Operand + 8):x4}:{BitConverter.ToUInt64(area, Operand):x16}";
    }
}
