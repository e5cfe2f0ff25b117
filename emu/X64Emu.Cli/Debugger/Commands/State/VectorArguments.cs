using System.Globalization;
using X64Emu.Debugging.Inspection;

namespace X64Emu.Cli.Debugger.Commands.State;

/// <summary>The arguments of <c>xmm</c> and <c>ymm</c>: a register's number and a format, in any order.</summary>
internal static class VectorArguments
{
    private const int Count = 16;

    /// <summary>Takes both.</summary>
    /// <exception cref="CommandException">A word is neither.</exception>
    public static (int? Number, VectorFormat Format) Take(CommandArguments arguments)
    {
        int? number = null;
        VectorFormat format = VectorFormat.Whole;
        while (!arguments.IsEmpty)
        {
            int column = arguments.Column;
            string word = arguments.TakeWord()!;
            if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int given) && given < Count) number = given;
            else if (VectorReport.FormatNames.Contains(word)) format = Enum.Parse<VectorFormat>(word, ignoreCase: true);
            else throw new CommandException($"column {column}: '{word}' is no register from 0 to 15 and none of {string.Join(", ", VectorReport.FormatNames)}");
        }
        return (number, format);
    }
}
