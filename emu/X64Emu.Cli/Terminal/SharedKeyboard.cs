using System.Collections.Concurrent;

namespace X64Emu.Cli.Terminal;

/// <summary>A terminal's keys for two readers that take turns: the line editor asks for them, the guest gets them while it runs.</summary>
/// <remarks>The guest's turn is served by a thread that waits in poll(2) and reads only while it is the guest's turn, so no key goes astray.</remarks>
internal sealed class SharedKeyboard : IDisposable
{
    private readonly DescriptorInput input;
    private readonly RawTerminal terminal;
    private readonly Lock reading = new();
    private readonly ManualResetEventSlim guestsTurn = new();
    private readonly ConcurrentQueue<byte> kept = new();
    private Action<byte>? guest;
    private volatile bool closed;

    private SharedKeyboard(int descriptor, RawTerminal terminal)
    {
        input = new DescriptorInput(descriptor);
        this.terminal = terminal;
        new Thread(Serve) { IsBackground = true, Name = "guest keyboard" }.Start();
    }

    /// <summary>True once the terminal has gone away.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Makes the terminal's input raw; null when the descriptor is no terminal.</summary>
    public static SharedKeyboard? Open(int descriptor) => RawTerminal.Enter(descriptor) is { } terminal ? new SharedKeyboard(descriptor, terminal) : null;

    /// <summary>Hands each key typed from now on to the guest, on another thread.</summary>
    /// <param name="receiver">Gets them.</param>
    /// <param name="takesKept">Whether it gets those first that <see cref="Keep"/> has kept.</param>
    public void BeginGuestTurn(Action<byte> receiver, bool takesKept)
    {
        while (takesKept && kept.TryDequeue(out byte key)) receiver(key);
        lock (reading) guest = receiver;
        guestsTurn.Set();
    }

    /// <summary>Keeps keys typed from now on for <see cref="TryRead"/>.</summary>
    public void EndGuestTurn()
    {
        guestsTurn.Reset();
        lock (reading) guest = null;
    }

    /// <summary>Gives back a key that the guest was handed and does not want: <see cref="TryRead"/> has it before those typed later.</summary>
    public void Keep(byte key) => kept.Enqueue(key);

    /// <summary>Whether <see cref="TryRead"/> would get a key within this time.</summary>
    public bool IsKeyWaiting(int timeoutMilliseconds) => !kept.IsEmpty || input.WaitForInput(timeoutMilliseconds);

    /// <summary>Reads the next byte; false when none comes within the time, or the terminal has gone away.</summary>
    public bool TryRead(int timeoutMilliseconds, out byte key)
    {
        if (kept.TryDequeue(out key)) return true;
        if (!input.WaitForInput(timeoutMilliseconds)) return false;
        Span<byte> one = stackalloc byte[1];
        lock (reading) HasEnded = input.Read(one) == 0;
        key = one[0];
        return !HasEnded;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        closed = true;
        terminal.Dispose();
    }

    private void Serve()
    {
        Span<byte> keys = stackalloc byte[256];
        while (!closed && !HasEnded)
        {
            guestsTurn.Wait();
            // A short wait, so that a terminal without keys does not keep a closed keyboard's thread.
            if (!input.WaitForInput(1000)) continue;
            lock (reading)
            {
                if (guest is not { } receiver || !input.WaitForInput(0)) continue;
                int count = input.Read(keys);
                HasEnded = count == 0;
                foreach (byte key in keys[..count]) receiver(key);
            }
        }
    }
}
