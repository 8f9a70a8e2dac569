using System;
using System.Text;
using Fairlead.Http1;
using Fairlead.Primitives;

namespace Fairlead.Proxy;

/// <summary>
/// A header section that can be read and edited without a string per field: the bytes live in one arena, the fields are slices of it. It is owned by one exchange and
/// lent to hooks for the duration of the call; a hook that wants to keep something copies it. Order and repeated fields are kept as received.
/// </summary>
public abstract class MessageHeader
{
    private const int ArenaSlack = 1024;                         // room for what hooks and the relay add before the arena grows

    private byte[] _arena = new byte[2 * ArenaSlack];
    private int _arenaUsed;
    private HeaderField[] _fields;
    private int _count;

    private protected MessageHeader(int fieldsExpected) => _fields = new HeaderField[fieldsExpected];

    /// <summary>How many field lines there are.</summary>
    public int Count => _count;

    internal ReadOnlySpan<byte> Arena => _arena.AsSpan(0, _arenaUsed);

    internal ReadOnlySpan<HeaderField> Fields => _fields.AsSpan(0, _count);

    internal Span<HeaderField> EditableFields => _fields.AsSpan(0, _count);

    /// <summary>Name and value of field <paramref name="index"/>, as received or set.</summary>
    public (string Name, string Value) At(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_count);
        return (Encoding.Latin1.GetString(_fields[index].Name.Of(_arena)), Encoding.Latin1.GetString(_fields[index].Value.Of(_arena)));
    }

    /// <summary>The value of the first field called <paramref name="name"/> (any case), or null.</summary>
    public string? Get(string name)
    {
        var index = IndexOf(Latin1(name, stackalloc byte[NameBytesOnStack]));
        return index < 0 ? null : Encoding.Latin1.GetString(_fields[index].Value.Of(_arena));
    }

    /// <summary>The value of the first field called <paramref name="name"/> (any case); false when there is none.</summary>
    public bool TryGet(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var index = IndexOf(name);
        value = index < 0 ? default : _fields[index].Value.Of(_arena);
        return index >= 0;
    }

    /// <summary>Whether there is such a field.</summary>
    internal bool Has(FieldName known)
    {
        foreach (ref readonly var field in Fields)
        {
            if (field.Known == known)
                return true;
        }

        return false;
    }

    /// <summary>Replaces every field called <paramref name="name"/> by one with this value.</summary>
    /// <exception cref="ArgumentException">The name is no token, or the value has a control character: such a field could change where the message ends.</exception>
    public void Set(string name, string value) => Set(Encoding.Latin1.GetBytes(name), Encoding.Latin1.GetBytes(value));

    /// <summary>Replaces every field called <paramref name="name"/> by one with this value.</summary>
    /// <exception cref="ArgumentException">The name is no token, or the value has a control character: such a field could change where the message ends.</exception>
    public void Set(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        ThrowUnlessField(name, value);
        SetChecked(name, value);
    }

    /// <summary>Adds a field after the others.</summary>
    /// <exception cref="ArgumentException">The name is no token, or the value has a control character.</exception>
    public void Add(string name, string value) => Add(Encoding.Latin1.GetBytes(name), Encoding.Latin1.GetBytes(value));

    /// <summary>Adds a field after the others.</summary>
    /// <exception cref="ArgumentException">The name is no token, or the value has a control character.</exception>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        ThrowUnlessField(name, value);
        AddChecked(name, value);
    }

    /// <summary>Removes every field called <paramref name="name"/> (any case) and says how many there were.</summary>
    public int Remove(string name) => Remove(Latin1(name, stackalloc byte[NameBytesOnStack]));

    /// <summary>Removes every field called <paramref name="name"/> (any case) and says how many there were.</summary>
    public int Remove(ReadOnlySpan<byte> name)
    {
        var kept = 0;
        for (var i = 0; i < _count; i++)
        {
            if (!FieldNames.EqualsIgnoreCase(_fields[i].Name.Of(_arena), name))
                _fields[kept++] = _fields[i];
        }

        var removed = _count - kept;
        _count = kept;
        return removed;
    }

    /// <summary>Removes every field that a backend could take for <paramref name="name"/> because it is spelt with underscores.</summary>
    internal void RemoveTwins(ReadOnlySpan<byte> name)
    {
        var kept = 0;
        for (var i = 0; i < _count; i++)
        {
            if (!FieldNames.IsTwin(_fields[i].Name.Of(_arena), name))
                _fields[kept++] = _fields[i];
        }

        _count = kept;
    }

    /// <summary>As <see cref="Set(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/> for a name and value known to be valid.</summary>
    internal void SetChecked(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var index = IndexOf(name);
        if (index < 0)
        {
            AddChecked(name, value);
            return;
        }

        _fields[index] = _fields[index] with { Value = Store(value) };
        var kept = index + 1;
        for (var i = index + 1; i < _count; i++)
        {
            if (!FieldNames.EqualsIgnoreCase(_fields[i].Name.Of(_arena), name))
                _fields[kept++] = _fields[i];
        }

        _count = kept;
    }

    /// <summary>As <see cref="Add(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/> for a name and value known to be valid.</summary>
    internal void AddChecked(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (_count == _fields.Length)
            Array.Resize(ref _fields, _fields.Length * 2);
        _fields[_count++] = StoreLine(name, value);
    }

    /// <summary>Takes over a parsed head: copies its bytes, so that the receive buffer is free again.</summary>
    internal void Load(ReadOnlySpan<byte> head, ReadOnlySpan<HeaderField> fields)
    {
        Reserve(head.Length + ArenaSlack);
        head.CopyTo(_arena);
        _arenaUsed = head.Length;
        if (_fields.Length < fields.Length + 8)
            _fields = new HeaderField[fields.Length + 8];
        fields.CopyTo(_fields);
        _count = fields.Length;
    }

    private protected void ForgetFields() => (_arenaUsed, _count) = (0, 0);

    internal void KeepFirst(int count) => _count = count;

    internal Slice Store(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Take(bytes.Length));
        return new Slice(_arenaUsed - bytes.Length, bytes.Length);
    }

    private protected void LoadFrom(MessageHeader other) => Load(other.Arena, other.Fields);

    private protected ReadOnlySpan<byte> Bytes(Slice slice) => slice.Of(_arena);

    private protected string Text(Slice slice) => Encoding.Latin1.GetString(slice.Of(_arena));

    private const int NameBytesOnStack = 64;

    private int IndexOf(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < _count; i++)
        {
            if (FieldNames.EqualsIgnoreCase(_fields[i].Name.Of(_arena), name))
                return i;
        }

        return -1;
    }

    /// <summary>The way it is written (<see cref="HeadWriter.Fields"/>), so that neighbours are copied at once.</summary>
    private HeaderField StoreLine(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var line = Take(name.Length + 2 + value.Length + 2);
        name.CopyTo(line);
        (line[name.Length], line[name.Length + 1]) = ((byte)':', (byte)' ');
        value.CopyTo(line[(name.Length + 2)..]);
        (line[^2], line[^1]) = ((byte)'\r', (byte)'\n');
        var start = _arenaUsed - line.Length;
        return new HeaderField(new Slice(start, name.Length), new Slice(start + name.Length + 2, value.Length), FieldNames.Recognise(name));
    }

    private Span<byte> Take(int bytes)
    {
        if (_arena.Length - _arenaUsed < bytes)
            Array.Resize(ref _arena, Math.Max(_arena.Length * 2, _arenaUsed + bytes + ArenaSlack));
        _arenaUsed += bytes;
        return _arena.AsSpan(_arenaUsed - bytes, bytes);
    }

    private void Reserve(int bytes)
    {
        if (_arena.Length < bytes)
            _arena = new byte[Math.Max(bytes, _arena.Length * 2)];
    }

    private static ReadOnlySpan<byte> Latin1(string text, Span<byte> scratch) =>
        text.Length <= scratch.Length ? scratch[..Encoding.Latin1.GetBytes(text, scratch)] : Encoding.Latin1.GetBytes(text);

    private static void ThrowUnlessField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!FieldNames.IsToken(name))
            throw new ArgumentException($"'{Encoding.Latin1.GetString(name)}' is not a field name: use letters, digits and !#$%&'*+-.^_`|~ (RFC 9110 §5.1).", nameof(name));
        if (!FieldNames.IsValue(value))
            throw new ArgumentException("A field value must not contain control characters such as CR, LF or NUL (RFC 9110 §5.5).", nameof(value));
    }
}
