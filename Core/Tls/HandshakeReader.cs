using System;
using Fairlead.Http1;

namespace Fairlead.Tls;

/// <summary>The bytes of handshake messages, out of the records that carry them (RFC 8446 §5.1). What cannot be read says why in <see cref="Failure"/>.</summary>
internal ref struct HandshakeReader(ReadOnlySpan<byte> input, int bytesMax)
{
    private const int HandshakeRecord = 22;
    private const int HeaderBytes = 5;
    private const int FragmentBytesMax = 16 * 1024;

    private readonly ReadOnlySpan<byte> _input = input;
    private int _inRecord;

    /// <summary>How far it has read.</summary>
    public int At { get; private set; }

    /// <summary>Why the last attempt failed: more bytes are needed, or no bytes could make it right.</summary>
    public ParseStatus Failure { get; private set; }

    /// <summary>Fails for good.</summary>
    public bool Refuse()
    {
        Failure = ParseStatus.Invalid;
        return false;
    }

    /// <summary>A number of one to three bytes, the highest first.</summary>
    public bool TryNumber(int bytes, out int number)
    {
        number = 0;
        for (var i = 0; i < bytes; i++)
        {
            if (!TryEnter(out _))
                return false;
            number = (number << 8) | _input[At];
            Advance(1);
        }

        return true;
    }

    public bool TrySkip(int bytes)
    {
        while (bytes > 0)
        {
            if (!TryEnter(out var here))
                return false;
            var step = Math.Min(bytes, here);
            Advance(step);
            bytes -= step;
        }

        return true;
    }

    public bool TryCopy(Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            if (!TryEnter(out var here))
                return false;
            var step = Math.Min(destination.Length, here);
            _input.Slice(At, step).CopyTo(destination);
            Advance(step);
            destination = destination[step..];
        }

        return true;
    }

    /// <summary>Stands on a byte of a record, of which so many are here; at the end of one it goes into the next.</summary>
    private bool TryEnter(out int here)
    {
        here = 0;
        if (_inRecord == 0 && !TryHeader())
            return false;
        if (At >= bytesMax)
            return Refuse();
        here = Math.Min(_inRecord, Math.Min(_input.Length, bytesMax) - At);
        return here > 0 || Need();
    }

    private bool TryHeader()
    {
        var header = _input[At..];
        if ((header.Length > 0 && header[0] != HandshakeRecord) || (header.Length > 1 && header[1] != 3))   // the major version has been 3 since SSL 3.0
            return Refuse();
        if (header.Length < HeaderBytes)
            return At + HeaderBytes > bytesMax ? Refuse() : Need();
        _inRecord = (header[3] << 8) | header[4];
        if (_inRecord is 0 or > FragmentBytesMax)
            return Refuse();                                         // an empty fragment of a handshake is forbidden
        At += HeaderBytes;
        return true;
    }

    private bool Need()
    {
        Failure = ParseStatus.NeedMore;
        return false;
    }

    private void Advance(int bytes)
    {
        At += bytes;
        _inRecord -= bytes;
    }
}
