using RadLine;
using X64Emu.Cli.Terminal;

namespace X64Emu.Cli.Debugger.Editing;

/// <summary>The terminal's keys as the line editor wants them.</summary>
internal sealed class EditorKeys : IInputSource
{
    /// <summary>How long the rest of an escape sequence may take.</summary>
    private const int SequenceMilliseconds = 25;

    private readonly SharedKeyboard keyboard;
    private readonly KeyDecoder decoder;
    private bool hasJustRead;

    public EditorKeys(SharedKeyboard keyboard)
    {
        this.keyboard = keyboard;
        decoder = new KeyDecoder((out byte value) => keyboard.TryRead(SequenceMilliseconds, out value));
    }

    /// <inheritdoc/>
    public bool ByPassProcessing => true;

    /// <summary>Whether a key waits. Right after a key the answer is no: the editor would take along all that was typed ahead, but what is typed behind a
    /// line that lets the guest run belongs to the guest.</summary>
    public bool IsKeyAvailable()
    {
        bool isAskedForMore = hasJustRead;
        hasJustRead = false;
        return !isAskedForMore && (keyboard.HasEnded || keyboard.IsKeyWaiting(0));
    }

    /// <summary>The next key; at the end of the input Ctrl-D, which ends the console.</summary>
    public ConsoleKeyInfo ReadKey()
    {
        hasJustRead = true;
        return decoder.Read() ?? (keyboard.HasEnded ? new ConsoleKeyInfo('\x04', ConsoleKey.D, shift: false, alt: false, control: true) : default);
    }
}
