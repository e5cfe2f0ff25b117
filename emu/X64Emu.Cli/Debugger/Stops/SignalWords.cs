using System.Globalization;
using X64Emu.Debugging.Guest;

namespace X64Emu.Cli.Debugger.Stops;

/// <summary>Signals as users write them.</summary>
internal static class SignalWords
{
    private const int LastNamed = 31, Highest = 64;

    /// <summary>The names of all signals that have one, for completion.</summary>
    public static IEnumerable<string> All => Enumerable.Range(1, LastNamed).Select(SignalNames.Of);

    /// <summary>Reads a name, with or without SIG, or a number from 1 to 64.</summary>
    public static bool TryParse(string text, out int signal)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out signal)) return signal is >= 1 and <= Highest;
        string name = text.StartsWith("SIG", StringComparison.OrdinalIgnoreCase) ? text : "SIG" + text;
        signal = Enumerable.Range(1, LastNamed).FirstOrDefault(number => SignalNames.Of(number).Equals(name, StringComparison.OrdinalIgnoreCase));
        return signal > 0;
    }
}
