namespace GuestOs.Mm;

/// <summary>
/// The open file a mapping was made by (Linux's vm_file): it stays open as long as the mapping, and is told when a page cannot be written back.
/// Areas of two open files are never joined. Counted.
/// </summary>
internal abstract class MappedFile
{
    private int _references = 1;

    public void AddReference() => _references++;

    /// <summary>Drops a reference; the last one closes the file.</summary>
    public void Release()
    {
        if (--_references == 0) Destroy();
    }

    /// <summary>Nobody refers to the file any more.</summary>
    protected abstract void Destroy();
}
