using Xunit;

namespace X64Emu.Tests.Cpu.HostDifferential;

/// <summary>These tests share <see cref="LowMemory"/> and so run one after the other.</summary>
[CollectionDefinition("HostDifferential")]
public sealed class HostDifferentialDefinition;
