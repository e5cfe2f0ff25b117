using X64Emu.Debugging.Guest;
using X64Emu.Debugging.Memory;
using X64Emu.Debugging.Running;
using X64Emu.Gdb.Target;
using X64Emu.Primitives;

namespace X64Emu.Gdb.Debuggee;

/// <summary>
/// Memory of the guest's processes. A page that no access has brought in yet is shown as its first access would find it, a file's page or zeros, since
/// a fault on behalf of the debugger would change the guest.
/// </summary>
internal sealed class SessionMemory(DebugSession session, ITargetPrograms programs) : ITargetMemory
{
    private const int PageBytes = 4096;

    /// <inheritdoc/>
    public int Read(int pid, VirtualAddress address, Span<byte> destination)
    {
        GuestProcess? process = session.Guest?.FindProcess(pid);
        IReadOnlyList<GuestArea>? areas = null;
        int done = 0;
        while (done < destination.Length)
        {
            VirtualAddress at = address + (ulong)done;
            if (at.Value < address.Value) break;
            Span<byte> part = destination.Slice(done, Math.Min(destination.Length - done, PageBytes - at.PageOffset));
            if (session.Memory.Read(at, part, process?.Cr3) != part.Length)
            {
                if (process is null || IsKernelHalf(at)) break;
                areas ??= session.Guest!.Areas(process);
                if (!ReadUntouched(areas, at, part)) break;
            }
            done += part.Length;
        }
        return done;
    }

    /// <inheritdoc/>
    public bool Write(int pid, VirtualAddress address, ReadOnlySpan<byte> source)
    {
        ulong? cr3 = session.Guest?.FindProcess(pid)?.Cr3;
        VirtualAddress end = address + (ulong)source.Length;
        for (VirtualAddress page = address.PageBase; page.Value < end.Value && page.Value >= address.PageBase.Value; page += PageBytes)
        {
            // A page that is not writable may be shared with other processes or the page cache: only the guest kernel can make a copy.
            if (IsKernelHalf(page)) break;
            PageTableReader tables = session.Memory.PageTables;
            if (!tables.TryFind(page, cr3 ?? tables.CurrentCr3, out PageMapping mapping) || !mapping.Permissions.IsWritable) return false;
        }
        return session.Memory.Write(address, source, cr3);
    }

    /// <inheritdoc/>
    public int ReadPhysical(PhysicalAddress address, Span<byte> destination)
    {
        int done = 0;
        while (done < destination.Length)
        {
            PhysicalAddress at = address + (ulong)done;
            Span<byte> part = destination.Slice(done, Math.Min(destination.Length - done, PageBytes - at.FrameOffset));
            if (at.Value < address.Value || !session.Memory.ReadPhysical(at, part)) break;
            done += part.Length;
        }
        return done;
    }

    /// <inheritdoc/>
    public bool WritePhysical(PhysicalAddress address, ReadOnlySpan<byte> source) => session.Memory.WritePhysical(address, source);

    private static bool IsKernelHalf(VirtualAddress address) => (long)address.Value < 0;

    private bool ReadUntouched(IReadOnlyList<GuestArea> areas, VirtualAddress address, Span<byte> part)
    {
        if (areas.FirstOrDefault(area => area.Contains(address)) is not { } found) return false;
        part.Clear();
        if (session.Guest!.CachedFrame(found, address) is { } frame)
            return session.Memory.ReadPhysical(new PhysicalAddress(frame * PageBytes + (ulong)address.PageOffset), part);
        if (found.FilePath is null) return true;
        if (programs.OpenFile(found.FilePath, out Stream? file) != 0 || file is null) return false;
        using (file)
        {
            ulong offset = found.FileOffset + (address.Value - found.Start.Value);
            if (offset >= (ulong)file.Length) return true;
            file.Position = (long)offset;
            file.ReadAtLeast(part, part.Length, throwOnEndOfStream: false);
            return true;
        }
    }
}
