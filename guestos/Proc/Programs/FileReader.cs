using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>Reads a file's bytes through its page cache into kernel memory: what exec needs of headers.</summary>
internal static unsafe class FileReader
{
    /// <summary>Reads exactly the range, which must lie within the file; false when it cannot be read. May sleep.</summary>
    public static bool Read(PageSource source, void* destination, ulong offset, ulong lengthBytes)
    {
        byte* target = (byte*)destination;
        while (lengthBytes != 0)
        {
            ulong page = offset >> 12;
            uint frame = source.FindCached(page);
            if (frame == 0)
            {
                if (source.Fill(page, 1) != 0) return false;
                frame = source.FindCached(page);
                if (frame == 0) return false;
            }
            ulong inPage = offset & 4095;
            ulong chunk = 4096 - inPage < lengthBytes ? 4096 - inPage : lengthBytes;
            Memory.Copy(target, Physical.FramePointer(frame) + inPage, chunk);
            target += chunk;
            offset += chunk;
            lengthBytes -= chunk;
        }
        return true;
    }
}
