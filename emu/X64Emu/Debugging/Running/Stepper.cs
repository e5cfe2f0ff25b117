using Iced.Intel;
using X64Emu.Cpu;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Running;

/// <summary>Steps: by instruction, over calls and kernel entries, by source line, to a function's end.</summary>
internal sealed class Stepper(RunEngine engine, ICodePlaces places)
{
    private const int LongestInstructionBytes = 15;

    /// <summary>A RET may drop this much of arguments.</summary>
    private const ulong MostArgumentBytes = 256;

    private ProcessorRegisters Registers => engine.Machine.Processor.Registers;

    private bool IsUser => Registers.PrivilegeLevel == 3;

    /// <summary>Runs so many instructions, into calls and the kernel.</summary>
    public StopEvent Step(long instructions) => engine.Run(new RunGoal { Instructions = instructions });

    /// <summary>Runs so many instructions of this thread in user mode; what the kernel does for it in between is passed over.</summary>
    public StopEvent StepUser(long instructions)
    {
        StopEvent stop = IsUser ? engine.Report(StopEventReason.Step) : ToUserMode();
        for (long done = 0; done < instructions && stop.Reason == StopEventReason.Step; done++) stop = StepUserOnce();
        return stop;
    }

    /// <summary>Runs one instruction, with all of a call, and in user mode with all that the kernel does for it.</summary>
    public StopEvent Next()
    {
        if (IsCall(out VirtualAddress behind)) return ToReturn(behind, Registers[GeneralRegister.Rsp], StopEventReason.Step);
        return IsUser ? StepUserOnce() : Step(1);
    }

    /// <summary>Runs until another source line begins, over functions whose source is not known.</summary>
    public StopEvent StepLine()
    {
        if (places.LineAt(Registers.Rip, engine.Monitor.Task.Pid) is not { } startLine) return Next();
        while (true)
        {
            StopEvent stop = IsCall(out VirtualAddress behind) ? IntoCall(behind) : IsUser ? StepUserOnce() : Step(1);
            if (stop.Reason != StopEventReason.Step) return stop;
            if (places.LineAt(Registers.Rip, engine.Monitor.Task.Pid) is { } line && line != startLine) return stop;
        }
    }

    /// <summary>Where the present function returns to; null when that is not known.</summary>
    public CallerPlace? CallerOfPresentFunction() => places.Caller();

    /// <summary>Runs until the present function has returned to its caller; for the kernel's outermost one that is the program.</summary>
    public StopEvent RunTo(CallerPlace caller)
    {
        bool leavesKernel = !IsUser && (long)Registers.Rip.Value < 0 && (long)caller.Rip.Value >= 0;
        return leavesKernel
            ? engine.Run(new RunGoal { AtUserMode = true, IsReached = SameTask(() => true) })
            : ToReturn(caller.Rip, caller.StackPointer, StopEventReason.Reached);
    }

    /// <summary>Runs until an address is executed.</summary>
    public StopEvent Until(VirtualAddress address) => engine.Run(new RunGoal { Addresses = [address] });

    private StopEvent StepUserOnce()
    {
        VirtualAddress start = Registers.Rip;
        long startCount = engine.Machine.Processor.Counters.UserInstructions;
        while (true)
        {
            StopEvent stop = Step(1);
            if (stop.Reason == StopEventReason.Step && !IsUser) stop = ToUserMode();
            if (stop.Reason != StopEventReason.Step) return stop;
            // After a fault or an interrupt the same instruction is still to be run.
            if (engine.Machine.Processor.Counters.UserInstructions != startCount || Registers.Rip != start) return stop;
        }
    }

    private StopEvent ToUserMode() => engine.Run(new RunGoal { AtUserMode = true, IsReached = SameTask(() => true), AtGoal = StopEventReason.Step });

    private StopEvent ToReturn(VirtualAddress address, ulong stackPointer, StopEventReason reason) => engine.Run(new RunGoal
    {
        Addresses = [address],
        IsReached = SameTask(() => Registers[GeneralRegister.Rsp] - stackPointer <= MostArgumentBytes),
        AtGoal = reason,
    });

    private StopEvent IntoCall(VirtualAddress behind)
    {
        ulong stackPointer = Registers[GeneralRegister.Rsp];
        StopEvent stop = IsUser ? StepUserOnce() : Step(1);
        if (stop.Reason != StopEventReason.Step || places.LineAt(Registers.Rip, engine.Monitor.Task.Pid) is not null) return stop;
        return ToReturn(behind, stackPointer, StopEventReason.Step);
    }

    private Func<bool> SameTask(Func<bool> isReached)
    {
        (int?, int?) task = engine.Monitor.Task.Ids;
        return () => engine.Monitor.Task.Ids == task && isReached();
    }

    /// <summary>Whether the next instruction is a call.</summary>
    private bool IsCall(out VirtualAddress behind)
    {
        byte[] bytes = new byte[LongestInstructionBytes];
        int length = engine.Memory.Read(Registers.Rip, bytes);
        SegmentRegister code = Registers.GetSegment(SegmentName.Cs);
        int bits = code.IsLong ? 64 : code.IsDefault32 ? 32 : 16;
        Decoder decoder = Decoder.Create(bits, new ByteArrayCodeReader(bytes, 0, length), Registers.Rip.Value);
        Instruction instruction = decoder.Decode();
        behind = new VirtualAddress(instruction.NextIP);
        return instruction.FlowControl is FlowControl.Call or FlowControl.IndirectCall && instruction.Code != Code.Syscall;
    }
}
