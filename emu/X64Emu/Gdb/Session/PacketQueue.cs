using System.Collections.Concurrent;
using X64Emu.Gdb.Protocol;

namespace X64Emu.Gdb.Session;

/// <summary>What gdb sends, read on a thread of its own so that Ctrl-C and a broken connection are seen while the machine runs.</summary>
internal sealed class PacketQueue : IDisposable
{
    /// <summary>gdb waits for an answer before it sends more; whoever does not is slowed down at this many.</summary>
    private const int Capacity = 256;

    private readonly BlockingCollection<PacketEvent> events = new(Capacity);
    private readonly Action<PacketEventKind> arriving;

    /// <summary>Starts reading.</summary>
    /// <param name="input">From gdb.</param>
    /// <param name="arriving">Called on the reading thread for each event, before it can be taken.</param>
    public PacketQueue(Stream input, Action<PacketEventKind> arriving)
    {
        this.arriving = arriving;
        PacketReader reader = new(input);
        new Thread(() => ReadAll(reader)) { IsBackground = true, Name = "gdb reader" }.Start();
    }

    /// <summary>Waits for the next event.</summary>
    public PacketEvent Take() => events.TryTake(out PacketEvent next, Timeout.Infinite) ? next : new PacketEvent(PacketEventKind.End);

    /// <summary>Takes the next event if one is here.</summary>
    public bool TryTake(out PacketEvent next)
    {
        if (events.TryTake(out next)) return true;
        next = new PacketEvent(PacketEventKind.End);
        return events.IsCompleted;
    }

    /// <summary>Ends the queue; the reading thread ends with the next thing it reads.</summary>
    public void Dispose() => events.CompleteAdding();

    private void ReadAll(PacketReader reader)
    {
        try
        {
            PacketEvent next;
            do
            {
                next = reader.Next();
                events.Add(next);
                arriving(next.Kind);
            }
            while (next.Kind != PacketEventKind.End);
        }
        catch (InvalidOperationException)
        {
            // Disposed meanwhile: nobody takes events any more.
        }
    }
}
