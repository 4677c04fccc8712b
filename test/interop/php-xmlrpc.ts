/** XML-RPC in PHP, by libxml's DOM: the other side of the tests, apart from the product's own codec. */

/** Both ways between XML and JSON in which a struct is {"s": [[name, value]]}, a double {"d"}, base64 {"b"}. */
export const library = `
function fromXml($value) {
  foreach ($value->childNodes as $child) if ($child->nodeType === XML_ELEMENT_NODE) return typed($child);
  return $value->textContent;
}
function children($node, $name) {
  $found = [];
  foreach ($node->childNodes as $child) if ($child->nodeName === $name) $found[] = $child;
  return $found;
}
function typed($node) {
  $text = $node->textContent;
  switch ($node->nodeName) {
    case 'string': return $text;
    case 'int': case 'i4': case 'i8': return (int) $text;
    case 'boolean': return $text === '1';
    case 'double': return ['d' => (float) $text];
    case 'base64': return ['b' => bin2hex(base64_decode($text))];
    case 'nil': return null;
    case 'array': return array_map('fromXml', children(children($node, 'data')[0], 'value'));
    case 'struct':
      return ['s' => array_map(fn($m) => [children($m, 'name')[0]->textContent, fromXml(children($m, 'value')[0])],
        children($node, 'member'))];
  }
  throw new Exception('type ' . $node->nodeName);
}
function toXml($dom, $value) {
  $out = $dom->createElement('value');
  $add = function ($name, $text = null) use ($dom, $out) {
    $element = $out->appendChild($dom->createElement($name));
    if ($text !== null) $element->appendChild($dom->createTextNode($text));
    return $element;
  };
  if ($value === null) $add('nil');
  elseif (is_string($value)) $add('string', $value);
  elseif (is_bool($value)) $add('boolean', $value ? '1' : '0');
  elseif (is_int($value)) $add(abs($value) < 2147483648 ? 'int' : 'i8', (string) $value);
  elseif (array_key_exists('d', $value)) $add('double', var_export((float) $value['d'], true));
  elseif (array_key_exists('b', $value)) $add('base64', chunk_split(base64_encode(hex2bin($value['b']))));
  elseif (array_key_exists('s', $value)) {
    $struct = $add('struct');
    foreach ($value['s'] as [$name, $member]) {
      $m = $struct->appendChild($dom->createElement('member'));
      $m->appendChild($dom->createElement('name'))->appendChild($dom->createTextNode($name));
      $m->appendChild(toXml($dom, $member));
    }
  } else {
    $data = $add('array')->appendChild($dom->createElement('data'));
    foreach ($value as $item) $data->appendChild(toXml($dom, $item));
  }
  return $out;
}
function readDocument($xml) {
  $dom = new DOMDocument();
  if (!$dom->loadXML($xml)) throw new Exception('no XML');
  return $dom;
}
function paramsOf($xml) {
  $params = [];
  foreach (readDocument($xml)->getElementsByTagName('param') as $param) $params[] = fromXml(children($param, 'value')[0]);
  return $params;
}
function written($root, $method, $params) {
  $dom = new DOMDocument('1.0', 'utf-8');
  $dom->formatOutput = false;
  $call = $dom->appendChild($dom->createElement($root));
  if ($method !== null) $call->appendChild($dom->createElement('methodName', $method));
  $list = $call->appendChild($dom->createElement('params'));
  foreach ($params as $param) $list->appendChild($dom->createElement('param'))->appendChild(toXml($dom, $param));
  return $dom->saveXML();
}
function in() { return json_decode(stream_get_contents(STDIN), true, 512, JSON_THROW_ON_ERROR); }
function out($value) { echo json_encode($value, JSON_THROW_ON_ERROR | JSON_PRESERVE_ZERO_FRACTION | JSON_UNESCAPED_UNICODE); }
`;
