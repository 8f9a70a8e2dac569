using System;
using System.Buffers;
using Fairlead.Http1;

namespace Fairlead.Proxy.Sessions;

/// <summary>Bytes to be sent together: a head, the first of a body, chunk frames. Grows for a long head; never for a body.</summary>
internal sealed class SendBuffer
{
    /// <summary>A usual head and the body bytes that arrive with it in one receive.</summary>
    public const int InitialBytes = 18 * 1024;

    /// <summary>What <see cref="InitialBytes"/> comes to in the pool's sizes.</summary>
    private const int KeptBytesMax = 32 * 1024;

    private byte[] _bytes = [];
    private int _length;

    public int Length => _length;

    public int Free => _bytes.Length - _length;

    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, _length);

    /// <summary>All of the array, to write a head into; <see cref="Wrote"/> says how much was used.</summary>
    public Span<byte> Space => _bytes.AsSpan(_length);

    public void Wrote(int count) => _length += count;

    public void Clear() => _length = 0;

    /// <summary>Makes sure there is an array. A usual one stays with its owner from exchange to exchange: the shared pool runs dry with many of them under way.</summary>
    public void Rent()
    {
        if (_bytes.Length == 0)
            _bytes = ArrayPool<byte>.Shared.Rent(InitialBytes);
    }

    public void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_bytes.Length * 2);
        _bytes.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }

    public bool TryAppend(ReadOnlySpan<byte> bytes)
    {
        if (Free < bytes.Length)
            return false;
        bytes.CopyTo(Space);
        _length += bytes.Length;
        return true;
    }

    /// <summary>Appends one whole chunk, or nothing when it does not fit.</summary>
    public bool TryAppendChunk(ReadOnlySpan<byte> data)
    {
        if (Free < data.Length + ChunkedWriter.HeadBytesMax + ChunkedWriter.Crlf.Length)
            return false;
        AppendChunkHead(data.Length);
        return TryAppend(data) && TryAppend(ChunkedWriter.Crlf);
    }

    public void AppendChunkHead(int dataLength) => _length += ChunkedWriter.WriteHead(Space, dataLength);

    public void Release()
    {
        _length = 0;
        if (_bytes.Length <= KeptBytesMax)
            return;
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }
}
