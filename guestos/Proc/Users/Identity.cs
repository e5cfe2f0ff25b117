namespace GuestOs.Proc;

/// <summary>A thread's four user numbers, or its four group numbers (credentials(7)).</summary>
internal struct Identity
{
    public uint Real;
    public uint Effective;
    public uint Saved;

    /// <summary>What access to files goes by; it follows <see cref="Effective"/>.</summary>
    public uint OfFiles;

    /// <summary>True when the real, effective or saved number is this one.</summary>
    public readonly bool Includes(uint id) => Real == id || Effective == id || Saved == id;

    /// <summary>Sets the effective number and that of files.</summary>
    public void SetEffective(uint id)
    {
        Effective = id;
        OfFiles = id;
    }
}
