using X64Emu.Gdb.Protocol;

namespace X64Emu.Gdb.Session;

/// <summary>What gdb sends, read on a thread of its own so that Ctrl-C and a broken connection are seen while the machine runs.</summary>
internal sealed class PacketQueue : IDisposable
{
    /// <summary>gdb waits for an answer before it sends more; whoever does not is slowed down at this many.</summary>
    private const int Capacity = 256;

    private readonly object changes = new();
    private readonly LinkedList<PacketEvent> events = new();
    private readonly Action<PacketEventKind> arriving;
    private bool dropsSurplus;
    private bool isDisposed;

    /// <summary>Starts reading.</summary>
    /// <param name="input">From gdb.</param>
    /// <param name="arriving">Called on the reading thread for each event, when it can be taken.</param>
    public PacketQueue(Stream input, Action<PacketEventKind> arriving)
    {
        this.arriving = arriving;
        PacketReader reader = new(input);
        new Thread(() => ReadAll(reader)) { IsBackground = true, Name = "gdb reader" }.Start();
    }

    /// <summary>Whether packets beyond the capacity are dropped. While the machine runs nobody takes them, and what stops it must not wait behind
    /// them.</summary>
    public bool DropsSurplus
    {
        set
        {
            lock (changes)
            {
                dropsSurplus = value;
                Monitor.PulseAll(changes);
            }
        }
    }

    /// <summary>Whether nothing waits to be taken.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (changes) return events.Count == 0;
        }
    }

    /// <summary>Waits for the next event.</summary>
    public PacketEvent Take()
    {
        lock (changes)
        {
            while (events.Count == 0) Monitor.Wait(changes);
            return Remove(events.First!);
        }
    }

    /// <summary>Takes the next event if one is here.</summary>
    public bool TryTake(out PacketEvent next)
    {
        lock (changes)
        {
            bool isAny = events.Count > 0;
            next = isAny ? Remove(events.First!) : default;
            return isAny;
        }
    }

    /// <summary>Whether the next event is here and equals another.</summary>
    public bool IsNext(PacketEvent expected)
    {
        lock (changes) return events.First is { } first && first.Value == expected;
    }

    /// <summary>Takes what is to stop a running machine, Ctrl-C or the connection's end; packets before it wait on.</summary>
    public bool TryTakeStop(out PacketEventKind kind)
    {
        lock (changes)
        {
            for (LinkedListNode<PacketEvent>? node = events.First; node is not null; node = node.Next)
            {
                kind = node.Value.Kind;
                if (kind is not (PacketEventKind.Interrupt or PacketEventKind.End)) continue;
                Remove(node);
                return true;
            }
            kind = default;
            return false;
        }
    }

    /// <summary>Ends the queue; the reading thread ends with the next thing it reads.</summary>
    public void Dispose()
    {
        lock (changes)
        {
            isDisposed = true;
            Monitor.PulseAll(changes);
        }
    }

    private PacketEvent Remove(LinkedListNode<PacketEvent> node)
    {
        events.Remove(node);
        Monitor.PulseAll(changes);
        return node.Value;
    }

    private void ReadAll(PacketReader reader)
    {
        PacketEvent next;
        do
        {
            next = reader.Next();
            if (!Add(next)) return;
            arriving(next.Kind);
        }
        while (next.Kind != PacketEventKind.End);
    }

    private bool Add(PacketEvent added)
    {
        lock (changes)
        {
            bool isStop = added.Kind is PacketEventKind.Interrupt or PacketEventKind.End;
            while (!isStop && events.Count >= Capacity && !dropsSurplus && !isDisposed) Monitor.Wait(changes);
            if (isDisposed) return false;
            bool isKnown = added.Kind == PacketEventKind.Interrupt && events.Last?.Value == added;
            if (!isKnown && (isStop || events.Count < Capacity)) events.AddLast(added);
            Monitor.PulseAll(changes);
            return true;
        }
    }
}
