namespace X64Emu.Debugging.Running;

/// <summary>The stop points of a session, in the order of their numbers. Change it only while the machine does not run.</summary>
public sealed class StopPointTable
{
    private readonly List<StopPoint> points = [];
    private int lastNumber;

    internal StopPointTable()
    {
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<StopPoint> All => points;

    /// <summary>Adds a stop point and returns its number.</summary>
    /// <exception cref="ArgumentException">It has a number already: it is or was in a table.</exception>
    public int Add(StopPoint point)
    {
        ArgumentNullException.ThrowIfNull(point);
        if (point.Number != 0) throw new ArgumentException("the stop point is or was in a table", nameof(point));
        point.Number = ++lastNumber;
        points.Add(point);
        return point.Number;
    }

    /// <summary>The stop point of a number; null when there is none.</summary>
    public StopPoint? Find(int number) => points.Find(point => point.Number == number);

    /// <summary>Deletes a stop point; false when it is not in the table.</summary>
    public bool Remove(StopPoint point)
    {
        ArgumentNullException.ThrowIfNull(point);
        return points.Remove(point);
    }

    /// <summary>Deletes all. Numbers are not used again.</summary>
    public void Clear() => points.Clear();

    /// <summary>The enabled ones of a kind.</summary>
    internal IEnumerable<TPoint> Enabled<TPoint>() where TPoint : StopPoint => points.OfType<TPoint>().Where(point => point.IsEnabled);
}
