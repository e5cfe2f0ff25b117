namespace X64Emu.Gdb.Protocol;

/// <summary>What came from gdb.</summary>
internal enum PacketEventKind
{
    /// <summary>A whole packet with a good checksum.</summary>
    Packet,

    /// <summary>A packet whose checksum is wrong.</summary>
    BadChecksum,

    /// <summary>A packet beyond <see cref="PacketReader.MaximumPayloadBytes"/>; its content is dropped.</summary>
    Oversized,

    /// <summary>The byte 0x03 between packets: Ctrl-C.</summary>
    Interrupt,

    /// <summary>'-': the last reply was damaged on its way.</summary>
    ResendRequest,

    /// <summary>The connection ended.</summary>
    End,
}

/// <summary>One thing that came from gdb.</summary>
/// <param name="Kind">What.</param>
/// <param name="Payload">A packet's content, a character for each byte; else empty.</param>
internal readonly record struct PacketEvent(PacketEventKind Kind, string Payload = "");
