namespace X64Emu.ProgramTests.Running;

/// <summary>How a program ended and what it wrote.</summary>
/// <param name="ExitStatus">0 to 255; 128 + N when signal N ended it.</param>
/// <param name="StandardOutput">Every byte of it, one character each.</param>
/// <param name="StandardError">Every byte of it, one character each.</param>
internal sealed record ProgramResult(int ExitStatus, string StandardOutput, string StandardError);
