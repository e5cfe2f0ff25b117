using X64Emu.Cli.Commands;
using X64Emu.Cpu;
using Xunit;

namespace X64Emu.Cli.Tests.Commands;

public sealed class IsaCommandTests
{
    private static readonly InstructionForm[] forms =
    [
        new("Add_rm64_r64", "ADD r/m64, r64", "X64", InstructionStatus.Implemented, HandlerKind.Direct),
        new("Swapgs", "SWAPGS", "X64", InstructionStatus.Privileged, HandlerKind.Generic),
        new("EVEX_Vpaddb", "VPADDB zmm", "AVX512BW", InstructionStatus.NotAdvertised, HandlerKind.None),
    ];

    [Fact]
    public void WriteForms_EachStatus_IsNamedAndCounted()
    {
        string[] lines = Lines(IsaCommand.WriteForms);
        Assert.Contains("implemented     X64                      ADD r/m64, r64", lines);
        Assert.Contains("privileged      X64                      SWAPGS", lines);
        Assert.Contains("not advertised  AVX512BW                 VPADDB zmm", lines);
        Assert.Equal(["in", "all", "1", "1", "1", "0", "3"], Words(lines[^1]));
    }

    [Fact]
    public void WriteHandlers_WhatRuns_IsCountedByKind()
    {
        string[] lines = Lines(IsaCommand.WriteHandlers);
        Assert.Equal("generic         X64                      SWAPGS", lines[0]);
        Assert.Equal(["in", "all", "1", "1", "2"], Words(lines[^1]));
    }

    private static string[] Lines(Action<TextWriter, IReadOnlyList<InstructionForm>> write)
    {
        using StringWriter text = new();
        write(text, forms);
        return text.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
