using System;
using System.Buffers.Binary;
using System.Linq;
using System.Threading.Tasks;

namespace Fairlead.Shell.Tests.Relay.Conformance;

/// <summary>A frame of RFC 6455 §5.2, by hand: nothing between the two ends of a tunnel may know better what a frame is.</summary>
internal readonly record struct WebSocketFrame(byte First, byte[] Payload)
{
    private const byte Masked = 0x80;

    /// <summary>As a client sends it: masked by <paramref name="key"/>.</summary>
    public byte[] FromClient(uint key) => [First, .. Length(Payload.Length, Masked), .. Key(key), .. Mask(Payload, key)];

    /// <summary>As a server sends it.</summary>
    public byte[] FromServer() => [First, .. Length(Payload.Length, 0), .. Payload];

    /// <summary>The next frame, unmasked if it is masked; <paramref name="exactly"/> reads that many bytes.</summary>
    public static async Task<WebSocketFrame> ReadAsync(Func<int, Task<byte[]>> exactly)
    {
        var head = await exactly(2);
        var length = (head[1] & 0x7F) switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(await exactly(2)),
            127 => checked((int)BinaryPrimitives.ReadUInt64BigEndian(await exactly(8))),
            var few => few,
        };
        var key = (head[1] & Masked) != 0 ? BinaryPrimitives.ReadUInt32BigEndian(await exactly(4)) : 0;
        return new WebSocketFrame(head[0], Mask(await exactly(length), key));
    }

    public bool IsSame(WebSocketFrame other) => First == other.First && Payload.SequenceEqual(other.Payload);

    private static byte[] Mask(byte[] payload, uint key)
    {
        var bytes = Key(key);
        return [.. payload.Select((b, i) => (byte)(b ^ bytes[i % 4]))];
    }

    private static byte[] Key(uint key)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, key);
        return bytes;
    }

    private static byte[] Length(int length, byte masked)
    {
        var large = new byte[9];
        BinaryPrimitives.WriteUInt64BigEndian(large.AsSpan(1), (ulong)length);
        large[0] = (byte)(masked | 127);
        return length switch
        {
            < 126 => [(byte)(masked | length)],
            <= ushort.MaxValue => [(byte)(masked | 126), .. large[^2..]],
            _ => large,
        };
    }
}
