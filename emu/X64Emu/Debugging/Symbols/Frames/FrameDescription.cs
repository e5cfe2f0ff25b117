namespace X64Emu.Debugging.Symbols.Frames;

/// <summary>What several frame descriptions have in common (CIE; DWARF 5, 6.4.1, and the LSB's .eh_frame).</summary>
/// <param name="CodeAlignment">The unit of address advances.</param>
/// <param name="DataAlignment">The unit of offsets.</param>
/// <param name="ReturnRegister">The column of the return address; 16 on x86-64.</param>
/// <param name="IsSignalFrame">True when the frame was interrupted and did not call: augmentation S.</param>
/// <param name="PointerEncoding">How the descriptions write addresses (DW_EH_PE_*).</param>
/// <param name="HasAugmentation">True when descriptions have augmentation data: augmentation z.</param>
/// <param name="Instructions">The rules that hold at the start of each function.</param>
internal sealed record CommonFrame(
    ulong CodeAlignment,
    long DataAlignment,
    int ReturnRegister,
    bool IsSignalFrame,
    byte PointerEncoding,
    bool HasAugmentation,
    ArraySegment<byte> Instructions);

/// <summary>How to unwind out of one function (FDE).</summary>
/// <param name="Common">What it shares with others.</param>
/// <param name="Start">The function's first address, as linked.</param>
/// <param name="LengthBytes">Its size.</param>
/// <param name="Instructions">The program that makes the rules.</param>
internal sealed record FrameDescription(CommonFrame Common, ulong Start, ulong LengthBytes, ArraySegment<byte> Instructions);
