using System;
using Fairlead.Http;
using Fairlead.Http1;
using Fairlead.Primitives;

namespace Fairlead.Proxy;

/// <summary>Status and fields of a response. What is edited here is what the client gets; framing and hop-by-hop fields are the proxy's own and cannot be set.</summary>
public sealed class ResponseHeader : MessageHeader
{
    private const int FieldsExpected = 48;

    private ResponseHead _head;
    private Slice _reason;
    private int _status;

    internal ResponseHeader()
        : base(FieldsExpected)
    {
    }

    /// <summary>The status code. Setting it takes the reason phrase along; only final codes (200–599) can be set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside 200–599.</exception>
    public int Status
    {
        get => _status;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 200);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 599);
            _status = value;
            _reason = Store(Reasons.Of(value));
        }
    }

    /// <summary>The reason phrase, often empty.</summary>
    public string Reason => Text(_reason);

    /// <summary>The reason phrase, as bytes.</summary>
    public ReadOnlySpan<byte> ReasonBytes => Bytes(_reason);

    internal ref readonly ResponseHead Head => ref _head;

    /// <summary>Empties it for the next exchange.</summary>
    internal void Forget()
    {
        ForgetFields();
        _head = default;
        (_status, _reason) = (0, default);
    }

    internal void LoadHead(ReadOnlySpan<byte> head, in ResponseHead parsed, ReadOnlySpan<HeaderField> fields)
    {
        Load(head, fields);
        _head = parsed;
        _status = parsed.StatusCode;
        _reason = parsed.Reason;
    }
}
