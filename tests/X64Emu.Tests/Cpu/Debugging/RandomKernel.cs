using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Iced.Intel;
using X64Emu.Bus;
using X64Emu.Cpu;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu.Debugging;

/// <summary>
/// A machine with random kernel code and a timer: arithmetic, fused pairs, memory operands across pages, stack, strings, code that changes
/// itself, interrupt shadows, single stepping and page faults that a handler repairs. It halts in the end.
/// </summary>
internal sealed class RandomKernel : IInterruptController, IDisposable
{
    private const int TimerVector = 0x20, Rounds = 250, InstructionsEach = 150;
    private const ulong Scratch = SystemMachine.UserData, HandlerCode = SystemMachine.Code + 0x8000, TimerNanoseconds = 611;

    public RandomKernel(int seed, ProcessorOptions options)
    {
        Machine = new SystemMachine(options with { StopOnUnhandledException = false });
        Write(new Random(seed));
        Processor.InterruptController = this;
        Machine.Machine.Clock.Schedule(TimerNanoseconds, Tick);
    }

    public SystemMachine Machine { get; }

    public Processor Processor => Machine.Processor;

    int IInterruptController.AcknowledgeInterrupt()
    {
        Processor.InterruptRequest.SetLevel(false);
        return TimerVector;
    }

    /// <summary>Everything that must not depend on a debugger.</summary>
    public string Describe()
    {
        StringBuilder text = new(State());
        foreach (object counters in (ReadOnlySpan<object>)[Processor.Counters, Processor.Paging])
        {
            foreach (PropertyInfo property in counters.GetType().GetProperties().Where(property => property.PropertyType == typeof(long)))
                text.Append(CultureInfo.InvariantCulture, $"{property.Name} {property.GetValue(counters)}\n");
        }
        text.Append(CultureInfo.InvariantCulture, $"exceptions {string.Join(' ', Processor.Counters.Exceptions)} time {Machine.Machine.Clock.NowNanoseconds}\n");
        foreach (TlbEntryInfo entry in Processor.TlbEntries()) text.Append(CultureInfo.InvariantCulture, $"{entry}\n");
        Machine.Machine.Ram.TryGetSpan(new(0), (int)Machine.Machine.Ram.LowLengthBytes, out Span<byte> memory);
        return text.Append(Convert.ToHexString(SHA256.HashData(memory))).ToString();
    }

    /// <summary>RIP, flags and general registers.</summary>
    public string State()
    {
        ProcessorRegisters registers = Machine.Registers;
        string values = string.Join(' ', Enum.GetValues<GeneralRegister>().Select(name => registers[name].ToString("x", CultureInfo.InvariantCulture)));
        return string.Create(CultureInfo.InvariantCulture, $"{registers.Rip} {registers.RFlags:x} {values}\n");
    }

    public void Dispose() => Machine.Dispose();

    private void Tick()
    {
        Processor.InterruptRequest.SetLevel(true);
        Machine.Machine.Clock.Schedule(Machine.Machine.Clock.NowNanoseconds + TimerNanoseconds, Tick);
    }

    private void Write(Random random)
    {
        Machine.SetGate(TimerVector, HandlerCode);
        Machine.SetGate(14, HandlerCode + 0x100);
        Machine.SetGate(1, HandlerCode + 0x200);
        Machine.LoadAt(HandlerCode, a =>
        {
            a.inc(__qword_ptr[Scratch + 0x3000]);
            a.iretq();
        });
        Machine.LoadAt(HandlerCode + 0x100, a =>
        {
            // Maps the page again, as a kernel would.
            a.push(rax);
            a.or(__qword_ptr[SystemMachine.EntryOf(Scratch + 0x2000)], 1);
            a.pop(rax);
            a.add(rsp, 8);
            a.iretq();
        });
        Machine.LoadAt(HandlerCode + 0x200, a =>
        {
            a.inc(__qword_ptr[Scratch + 0x3008]);
            a.and(__dword_ptr[rsp + 16], ~0x100);
            a.iretq();
        });
        Machine.Load(a =>
        {
            Label again = a.CreateLabel();
            a.mov(r15d, Rounds);
            a.mov(rbx, Scratch + 0xff8);
            a.sti();
            a.Label(ref again);
            for (int count = 0; count < InstructionsEach; count++) WriteOne(a, random);
            a.dec(r15);
            a.jne(again);
            a.cli();
            a.hlt();
        });
    }

    private static void WriteOne(Assembler a, Random random)
    {
        AssemblerRegister64[] all = [rax, rcx, rdx, rsi, rdi, r8, r9, r10, r11];
        AssemblerRegister64 x = all[random.Next(all.Length)], y = all[random.Next(all.Length)];
        int near = random.Next(-16, 16);
        switch (random.Next(26))
        {
            case 0: a.add(x, y); break;
            case 1: a.sub(x, random.Next()); break;
            case 2: a.imul(x, y); break;
            case 3: a.shl(x, (byte)random.Next(64)); break;
            case 4: a.adc(__qword_ptr[rbx + near], x); break;
            case 5: a.add(x, __qword_ptr[rbx + near]); break;
            case 6: a.inc(__dword_ptr[rbx + near]); break;
            case 7: a.shr(__word_ptr[rbx + near], 3); break;
            case 8: a.mov(__qword_ptr[rbx + near], x); break;
            case 9: a.xadd(__qword_ptr[rbx + near], x); break;
            case 10: a.push(x); a.pop(y); break;
            case 11: a.movups(xmm1, __xmmword_ptr[rbx + near]); break;
            case 12: a.movups(__xmmword_ptr[rbx + near], xmm1); break;
            case 13: a.setc(__byte_ptr[rbx + near]); break;
            case 14: a.cmovs(x, y); break;
            case 15 or 16:
                Label over = a.CreateLabel();
                if (random.Next(2) == 0) a.cmp(__dword_ptr[rbx + near], random.Next(100));
                else a.test(x, y);
                a.jne(over);
                a.inc(x);
                a.Label(ref over);
                a.nop();
                break;
            case 17:
                Label routine = a.CreateLabel(), behind = a.CreateLabel();
                a.call(routine);
                a.jmp(behind);
                a.Label(ref routine);
                a.xor(x, y);
                a.ret();
                a.Label(ref behind);
                a.nop();
                break;
            case 18 or 19:
                a.mov(rdi, Scratch + (ulong)random.Next(0x1800));
                a.mov(rsi, Scratch + (ulong)random.Next(0x1800));
                a.mov(ecx, random.Next(300));
                if (random.Next(3) == 0) a.rep.stosb();
                else if (random.Next(2) == 0) a.rep.movsq();
                else a.repe.cmpsb();
                break;
            case 20:
                // Changes the immediate of the second instruction, which is about to run.
                Label changed = a.CreateLabel();
                a.mov(__byte_ptr[changed], random.Next(100));
                a.db(0xb0);   // mov al, imm8
                a.Label(ref changed);
                a.db(0);
                break;
            case 21:
                a.sti();
                break;
            case 22 when random.Next(4) == 0:
                a.pushfq();
                a.or(__dword_ptr[rsp], 0x100);
                a.popfq();
                break;
            case 23:
                a.and(__qword_ptr[SystemMachine.EntryOf(Scratch + 0x2000)], ~1);
                a.invlpg(__byte_ptr[Scratch + 0x2000]);
                a.mov(x, __qword_ptr[Scratch + 0x1ffc]);
                break;
            case 24:
                a.rdtsc();
                break;
            default:
                a.lea(x, __qword_ptr[y + near]);
                break;
        }
    }
}
