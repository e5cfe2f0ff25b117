namespace X64Emu.Debugging.Unwinding;

/// <summary>What one step up the stack yields.</summary>
/// <param name="Cfa">The canonical frame address of the frame that was left.</param>
/// <param name="Registers">The caller's registers; null when the frame was the outermost.</param>
/// <param name="WasInterrupted">True when the caller was interrupted and did not call.</param>
internal sealed record Caller(ulong Cfa, RegisterSet? Registers, bool WasInterrupted);
