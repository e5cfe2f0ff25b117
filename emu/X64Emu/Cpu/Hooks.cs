using X64Emu.Primitives;

namespace X64Emu.Cpu;

/// <summary>What a hook wants to happen next.</summary>
public enum HookResult
{
    /// <summary>What the architecture says: deliver the exception, execute the system call.</summary>
    Default,

    /// <summary>The hook has dealt with it: run the faulting instruction again, or go on behind the system call.</summary>
    Handled,

    /// <summary>Stop the processor in front of the faulting instruction, which runs again when the run goes on, or behind the SYSCALL, which
    /// the hook has then dealt with. To stop and let happen what <see cref="Default"/> says, without a trace in the counts, return that and
    /// call <see cref="Processor.Pause"/>.</summary>
    Stop,
}

/// <summary>An exception or interrupt on its way to the guest.</summary>
/// <param name="Vector">0..255.</param>
/// <param name="ErrorCode">The error code for vectors that have one, else 0.</param>
/// <param name="Address">CR2 for #PF, else 0.</param>
/// <param name="InstructionPointer">Address of the instruction it happened at.</param>
public readonly record struct ExceptionInfo(ExceptionVector Vector, uint ErrorCode, VirtualAddress Address, VirtualAddress InstructionPointer);
