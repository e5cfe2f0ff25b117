using System.Buffers.Binary;
using System.Text;
using X64Emu.Devices.NineP;
using Xunit;

namespace X64Emu.Tests.Devices.NineP;

/// <summary>Speaks 9P2000.L to a server, field by field, as Linux's client does.</summary>
internal sealed class NinePClient(NinePServer server)
{
    private readonly byte[] reply = new byte[NinePServer.MaximumMessageBytes];

    internal static NinePClient Attach(NinePServer server)
    {
        NinePClient client = new(server);
        client.Call(100, 65536u, "9P2000.L").Dispose();
        client.Call(104, 0u, uint.MaxValue, "root", "", 0u).Dispose();
        return client;
    }

    /// <summary>Sends a message made of its fields (byte, ushort, uint, ulong, string or bytes); the reply must not be an error.</summary>
    internal Answer Call(byte type, params object[] fields)
    {
        Answer answer = Send(type, fields);
        Assert.True(answer.Error == 0, $"request {type} failed with error {answer.Error}");
        Assert.Equal(type + 1, answer.Type);
        return answer;
    }

    internal int ErrorOf(byte type, params object[] fields) => Send(type, fields).Error;

    internal int Walk(uint fid, uint newFid, params string[] names) =>
        ErrorOf(110, [fid, newFid, (ushort)names.Length, .. names]);

    private Answer Send(byte type, object[] fields)
    {
        int length = server.Process(Encode(type, fields), reply);
        Assert.True(length >= 7);
        Assert.Equal((uint)length, BinaryPrimitives.ReadUInt32LittleEndian(reply));
        Assert.Equal(0x1234, BinaryPrimitives.ReadUInt16LittleEndian(reply.AsSpan(5)));
        return new Answer(reply.AsSpan(4, length - 4).ToArray());
    }

    internal static byte[] Encode(byte type, params object[] fields)
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        writer.Write(0u);
        writer.Write(type);
        writer.Write((ushort)0x1234);
        foreach (object field in fields)
        {
            switch (field)
            {
                case byte value: writer.Write(value); break;
                case ushort value: writer.Write(value); break;
                case uint value: writer.Write(value); break;
                case ulong value: writer.Write(value); break;
                case string value:
                    byte[] text = Encoding.UTF8.GetBytes(value);
                    writer.Write((ushort)text.Length);
                    writer.Write(text);
                    break;
                case byte[] value: writer.Write(value); break;
                default: throw new ArgumentException(field.GetType().Name);
            }
        }
        byte[] message = stream.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(message, (uint)message.Length);
        return message;
    }

    internal sealed class Answer : IDisposable
    {
        private readonly BinaryReader reader;

        internal Answer(byte[] message)
        {
            reader = new BinaryReader(new MemoryStream(message));
            Type = reader.ReadByte();
            reader.ReadUInt16();
            Error = Type == 7 ? (int)reader.ReadUInt32() : 0;
        }

        internal byte Type { get; }

        internal int Error { get; }

        internal byte Byte() => reader.ReadByte();

        internal ushort UInt16() => reader.ReadUInt16();

        internal uint UInt32() => reader.ReadUInt32();

        internal ulong UInt64() => reader.ReadUInt64();

        internal string Text() => Encoding.UTF8.GetString(reader.ReadBytes(reader.ReadUInt16()));

        internal byte[] Bytes(int count) => reader.ReadBytes(count);

        internal (byte Type, ulong Path) Qid()
        {
            byte type = reader.ReadByte();
            reader.ReadUInt32();
            return (type, reader.ReadUInt64());
        }

        public void Dispose() => reader.Dispose();
    }
}
