using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;

namespace GuestOs.Drivers;

/// <summary>Pages of host files in Tread and Twrite messages, which may move less than they are asked to.</summary>
internal static unsafe class NinePTransfer
{
    /// <summary>Reads consecutive pages through an open fid, zero filled past the file's end.</summary>
    /// <param name="sizeBytes">The file's length: a short reply before it is only a short reply.</param>
    public static int Read(NinePFileSystem fileSystem, uint fid, ulong sizeBytes, ulong offset, uint* frames, int count)
    {
        while (count > 0)
        {
            int batch = count < fileSystem.MaximumDataFrames ? count : fileSystem.MaximumDataFrames;
            uint done = 0, wanted = (uint)batch << 12;
            int error = ReadBatch(fileSystem, fid, sizeBytes, offset, frames, wanted, ref done);
            if (error != 0) return error;
            ZeroRest(frames, done, wanted);
            offset += wanted;
            frames += batch;
            count -= batch;
        }
        return 0;
    }

    /// <summary>Writes the bytes [offset, end) from consecutive pages; the offset is a page's.</summary>
    public static int Write(NinePFileSystem fileSystem, uint fid, ulong offset, ulong end, uint* frames)
    {
        ulong limit = (ulong)fileSystem.MaximumDataFrames << 12;
        while (offset < end)
        {
            uint wanted = (uint)(end - offset < limit ? end - offset : limit);
            int error = Send(fileSystem, fid, offset, frames, wanted, out uint written);
            // A short write goes on at the page it stopped in, which is whole again.
            if (error == 0 && written < wanted && written < 4096)
                error = WriteWithinPage(fileSystem, fid, offset, *frames, wanted < 4096 ? wanted : 4096, ref written);
            if (error != 0) return error;
            if (written < wanted) written &= ~4095u;
            offset += written;
            frames += written >> 12;
        }
        return 0;
    }

    /// <summary>
    /// Writes bytes of one page, the first of which may be <paramref name="written"/> already. Where the host stops, it is asked to write the rest: it says
    /// why, or goes on.
    /// </summary>
    /// <param name="frame">Begins with the bytes.</param>
    public static int WriteWithinPage(NinePFileSystem fileSystem, uint fid, ulong offset, uint frame, uint lengthBytes, ref uint written)
    {
        uint rest = FrameAllocator.Allocate();
        if (rest == 0) return -Errno.NoSpace;
        int error = 0;
        while (error == 0 && written < lengthBytes)
        {
            Memory.Copy(Physical.FramePointer(rest), Physical.FramePointer(frame) + written, lengthBytes - written);
            error = Send(fileSystem, fid, offset + written, &rest, lengthBytes - written, out uint more);
            written += more;
        }
        FrameAllocator.Release(rest);
        return error;
    }

    /// <summary>One Twrite: some of the bytes, at least one, are written when it returns 0.</summary>
    private static int Send(NinePFileSystem fileSystem, uint fid, ulong offset, uint* frames, uint lengthBytes, out uint written)
    {
        NinePMessage request = fileSystem.Channel.Begin(NinePType.Write);
        request.Word(fid);
        request.Long(offset);
        request.Word(lengthBytes);
        int error = fileSystem.Channel.CallWithData(ref request, frames, lengthBytes, out NinePMessage reply);
        written = error == 0 ? reply.TakeWord() : 0;
        return error == 0 && (written == 0 || written > lengthBytes) ? -Errno.InputOutput : error;
    }

    private static int ReadBatch(NinePFileSystem fileSystem, uint fid, ulong sizeBytes, ulong offset, uint* frames, uint wanted, ref uint done)
    {
        while (done < wanted)
        {
            NinePMessage request = fileSystem.Channel.Begin(NinePType.Read);
            request.Word(fid);
            request.Long(offset + done);
            request.Word(wanted - done);
            int error = fileSystem.Channel.CallForData(ref request, frames + (done >> 12), wanted - done, out NinePMessage reply);
            if (error != 0) return error;
            uint received = reply.TakeWord();
            if (received > wanted - done) return -Errno.InputOutput;
            // Frames start at page boundaries: after a short reply only whole pages count, unless the file ends here.
            if (received < wanted - done && offset + done + received < sizeBytes) received &= ~4095u;
            if (received == 0) break;
            done += received;
            if ((received & 4095) != 0) break;
        }
        return 0;
    }

    private static void ZeroRest(uint* frames, uint from, uint end)
    {
        while (from < end)
        {
            uint inPage = from & 4095;
            Memory.Set(Physical.FramePointer(frames[from >> 12]) + inPage, 0, 4096 - inPage);
            from += 4096 - inPage;
        }
    }
}
