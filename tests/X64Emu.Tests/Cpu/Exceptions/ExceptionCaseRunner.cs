using X64Emu.Cpu;
using X64Emu.Paging;

namespace X64Emu.Tests.Cpu.Exceptions;

/// <summary>Runs one case and compares everything that the exception shows or must leave alone.</summary>
internal static class ExceptionCaseRunner
{
    /// <summary>RFLAGS before each case: CF, PF, AF, ZF, SF and OF set.</summary>
    public const ulong Flags = 0x8d7;

    private const int UserBytes = 0x20_0000;

    /// <summary>Returns what is wrong, or null.</summary>
    public static string? Run(ExceptionCase row, bool referenceMode)
    {
        using SystemMachine machine = new(new ProcessorOptions { StopOnUnhandledException = false, ReferenceMode = referenceMode });
        ProcessorRegisters registers = machine.Registers;
        if (row.Ring == 3) machine.EnterUser();
        registers.RFlags = Flags;
        SetRegisters(registers);
        row.Setup?.Invoke(machine);
        machine.Load(row.Code);

        ulong rip = registers.Rip.Value, rsp = registers[GeneralRegister.Rsp], flags = registers.RFlags;
        ushort cs = registers.GetSegment(SegmentName.Cs).Selector, ss = registers.GetSegment(SegmentName.Ss).Selector;
        ulong[] general = [.. Enum.GetValues<GeneralRegister>().Select(register => registers[register])];
        ulong[] control = [registers.Cr0, registers.Cr3, registers.Cr4, registers.Cr8, registers.Efer];
        byte[] memory = UserMemory(machine);
        int raised;
        try
        {
            raised = machine.RunToHandler();
        }
        catch (InvalidOperationException failure)
        {
            return $"{row.Name}: {failure.Message}";
        }

        List<string> wrong = [];
        Compare(wrong, "vector", (ulong)row.Vector, (ulong)raised);
        if (raised != row.Vector) return $"{row.Name}: {string.Join(", ", wrong)}";
        int first = row.ErrorCode is null ? 0 : 1;
        if (row.ErrorCode is { } code) Compare(wrong, "error code", code, machine.Pushed(0));
        Compare(wrong, "RIP", row.Rip ?? rip, machine.Pushed(first));
        Compare(wrong, "CS", row.Cs ?? cs, machine.Pushed(first + 1));
        Compare(wrong, "RFLAGS", (flags | row.FlagsSet) & ~row.FlagsCleared, machine.Pushed(first + 2));
        Compare(wrong, "RSP", rsp + (ulong)row.RspChange, machine.Pushed(first + 3));
        Compare(wrong, "SS", row.Ss ?? ss, machine.Pushed(first + 4));
        Compare(wrong, "CR2", row.Cr2, registers.Cr2.Value);
        bool switches = (machine.Pushed(first + 1) & 3) == 3;
        ulong top = row.Stack ?? (switches ? SystemMachine.InnerStack : rsp + (ulong)row.RspChange & ~15UL);
        Compare(wrong, "handler's RSP", top - (ulong)(5 + first) * 8, registers[GeneralRegister.Rsp]);
        Compare(wrong, "handler's CPL", 0, (ulong)registers.PrivilegeLevel);
        for (int number = 0; number < 16; number++)
        {
            if (number == (int)GeneralRegister.Rsp || row.Changed.Contains((GeneralRegister)number)) continue;
            Compare(wrong, ((GeneralRegister)number).ToString(), general[number], registers[(GeneralRegister)number]);
        }
        ulong[] controlNow = [registers.Cr0, registers.Cr3, registers.Cr4, registers.Cr8, registers.Efer];
        if (!control.SequenceEqual(controlNow)) wrong.Add("a control register has changed");
        if (!row.WritesMemory && !memory.AsSpan().SequenceEqual(UserMemory(machine))) wrong.Add("memory has changed");
        try
        {
            row.Check?.Invoke(machine);
        }
        catch (Xunit.Sdk.XunitException failure)
        {
            wrong.Add(failure.Message);
        }
        return wrong.Count == 0 ? null : $"{row.Name}: {string.Join(", ", wrong)}";
    }

    /// <summary>What the cases count on: RBX is not canonical, RDI and RSI point to user data, R8 to a page that is absent, R9 to one of the
    /// kernel.</summary>
    private static void SetRegisters(ProcessorRegisters registers)
    {
        for (int number = 0; number < 16; number++)
        {
            if (number != (int)GeneralRegister.Rsp) registers[(GeneralRegister)number] = 0x1000_0001UL * (ulong)(number + 1);
        }
        registers[GeneralRegister.Rbx] = SystemMachine.NonCanonical;
        registers[GeneralRegister.Rdi] = SystemMachine.UserData;
        registers[GeneralRegister.Rsi] = SystemMachine.UserData + 0x800;
        registers[GeneralRegister.R8] = SystemMachine.Absent;
        registers[GeneralRegister.R9] = SystemMachine.Code;
    }

    private static byte[] UserMemory(SystemMachine machine)
    {
        byte[] bytes = new byte[UserBytes];
        machine.Machine.Memory.Read(new(SystemMachine.User), bytes);
        return bytes;
    }

    private static void Compare(List<string> wrong, string what, ulong expected, ulong actual)
    {
        if (expected != actual) wrong.Add($"{what} is {actual:x}, not {expected:x}");
    }
}
