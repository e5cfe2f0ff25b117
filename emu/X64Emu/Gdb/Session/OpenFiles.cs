namespace X64Emu.Gdb.Session;

/// <summary>The files that gdb has open through vFile packets; a few at most.</summary>
internal sealed class OpenFiles : IDisposable
{
    private const int Capacity = 64;
    private readonly Stream?[] files = new Stream?[Capacity];

    /// <summary>Keeps a file and gives it a number; false when too many are open, and then it is closed.</summary>
    public bool TryAdd(Stream file, out int number)
    {
        number = Array.IndexOf(files, null);
        if (number < 0) file.Dispose();
        else files[number] = file;
        return number >= 0;
    }

    /// <summary>The file of a number, or null.</summary>
    public Stream? Find(int number) => number >= 0 && number < Capacity ? files[number] : null;

    /// <summary>Closes a file; false when there is none of that number.</summary>
    public bool Close(int number)
    {
        if (Find(number) is not { } file) return false;
        file.Dispose();
        files[number] = null;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (int number = 0; number < Capacity; number++) Close(number);
    }
}
