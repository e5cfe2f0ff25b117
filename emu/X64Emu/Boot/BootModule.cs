using System.Text;
using X64Emu.Bus;
using X64Emu.Primitives;

namespace X64Emu.Boot;

/// <summary>A file loaded next to the kernel, such as an initial RAM disk.</summary>
/// <param name="Content">Its bytes.</param>
/// <param name="CommandLine">What the kernel is told about it.</param>
public sealed record BootModule(ReadOnlyMemory<byte> Content, string CommandLine = "");

/// <summary>Writes boot information into RAM, from one address upwards, without running into the kernel.</summary>
internal sealed class BootInfoWriter(GuestRam ram, ulong start, ulong limit)
{
    private ulong next = start;

    /// <summary>Copies bytes to the next free address and returns it.</summary>
    /// <exception cref="BootImageException">The area is full.</exception>
    internal uint Place(ReadOnlySpan<byte> content, string what, uint alignmentBytes = 8)
    {
        ulong address = (next + alignmentBytes - 1) & ~(ulong)(alignmentBytes - 1);
        if ((ulong)content.Length > limit - Math.Min(limit, address) || !ram.Write(new PhysicalAddress(address), content))
            throw new BootImageException($"{what} ({content.Length} bytes) does not fit into guest RAM");
        next = address + (ulong)content.Length;
        return (uint)address;
    }

    /// <summary>Copies a text in UTF-8 with a closing NUL.</summary>
    /// <exception cref="BootImageException">The area is full.</exception>
    internal uint PlaceText(string text, string what) => Place([.. Encoding.UTF8.GetBytes(text), 0], what);

    /// <summary>Where a module goes: as high as possible in low RAM, on a page boundary, above everything in <paramref name="kernelEnd"/>.</summary>
    /// <exception cref="BootImageException">There is no room.</exception>
    internal static uint PlaceModule(GuestRam ram, BootModule module, ref ulong top, ulong kernelEnd)
    {
        ulong length = (ulong)module.Content.Length;
        ulong address = length > top ? 0 : (top - length) & ~0xfffUL;
        if (address < kernelEnd || !ram.Write(new PhysicalAddress(address), module.Content.Span))
            throw new BootImageException($"the module ({length} bytes) does not fit into {ram.LengthBytes >> 20} MiB of RAM beside the kernel");
        top = address;
        return (uint)address;
    }
}
