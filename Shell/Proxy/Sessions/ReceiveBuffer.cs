using System;
using System.Buffers;

namespace Fairlead.Proxy.Sessions;

/// <summary>Bytes received and not yet used, in one pooled array: [consumed | unread | free]. There is none until <see cref="MakeRoom"/>.</summary>
internal sealed class ReceiveBuffer
{
    private byte[] _bytes = [];
    private int _start;
    private int _end;

    public ReadOnlySpan<byte> Unread => _bytes.AsSpan(_start, _end - _start);

    public ReadOnlyMemory<byte> UnreadMemory => _bytes.AsMemory(_start, _end - _start);

    public int UnreadLength => _end - _start;

    public int Capacity => _bytes.Length;

    /// <summary>Room for the next receive; empty when the array is full and nothing was consumed.</summary>
    public Memory<byte> Free => _bytes.AsMemory(_end);

    public void Received(int count) => _end += count;

    public void Consume(int count)
    {
        _start += count;
        if (_start == _end)
            _start = _end = 0;
    }

    /// <summary>Makes room: moves the unread bytes to the front, and takes a larger array when they fill this one or more than <paramref name="atLeast"/> is wanted.</summary>
    public void MakeRoom(int atLeast)
    {
        var unread = _end - _start;
        if (_bytes.Length - unread < atLeast)
        {
            var larger = ArrayPool<byte>.Shared.Rent(unread + atLeast);
            _bytes.AsSpan(_start, unread).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }
        else if (_start > 0)
        {
            _bytes.AsSpan(_start, unread).CopyTo(_bytes);
        }

        (_start, _end) = (0, unread);
    }

    /// <summary>Goes back to a small array once a large one has served its purpose.</summary>
    public void Shrink(int capacity)
    {
        var unread = _end - _start;
        if (_bytes.Length <= 2 * capacity || unread > capacity)
            return;
        var smaller = ArrayPool<byte>.Shared.Rent(capacity);
        _bytes.AsSpan(_start, unread).CopyTo(smaller);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = smaller;
        (_start, _end) = (0, unread);
    }

    /// <summary>Gives the array back while nothing is in it; <see cref="MakeRoom"/> takes another one.</summary>
    public void GiveBack()
    {
        if (_start == _end)
            Release();
    }

    /// <summary>Gives the array back. Only when no receive is pending on it.</summary>
    public void Release()
    {
        var bytes = _bytes;
        _bytes = [];
        (_start, _end) = (0, 0);
        if (bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(bytes);
    }
}
