namespace X64Emu.Boot;

/// <summary>An image cannot be booted. The message is one line that says what is wrong with it.</summary>
public sealed class BootImageException : Exception
{
    /// <summary>Without a message; exists for serializers' sake.</summary>
    public BootImageException()
        : base("the image cannot be booted")
    {
    }

    /// <summary>With the line to show.</summary>
    public BootImageException(string message)
        : base(message)
    {
    }

    /// <summary>With the line to show and what caused it.</summary>
    public BootImageException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
